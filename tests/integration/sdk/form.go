// Prints a POST form made by the Go SDK, as {"url": …, "fields": {…}}. The wish comes as JSON on standard input;
// tests/integration/forms_in.py says what is in it.
package main

import (
	"context"
	"encoding/json"
	"log"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

type wish struct {
	Endpoint, Region, AccessKey, SecretKey, SessionToken string
	Bucket, Key, ContentType                             string
	MinSize, MaxSize, ExpiresSeconds                     int64
	Metadata                                             map[string]string
}

func (w wish) conditions() (conditions []interface{}, fields map[string]string) {
	fields = map[string]string{"Content-Type": w.ContentType}
	for name, value := range w.Metadata {
		fields["x-amz-meta-"+name] = value
	}
	for name, value := range fields {
		conditions = append(conditions, map[string]string{name: value})
	}
	return append(conditions, []interface{}{"content-length-range", w.MinSize, w.MaxSize}), fields
}

func main() {
	var w wish
	if err := json.NewDecoder(os.Stdin).Decode(&w); err != nil {
		log.Fatal(err)
	}
	client := s3.New(s3.Options{
		BaseEndpoint: aws.String(w.Endpoint),
		Region:       w.Region,
		UsePathStyle: true,
		Credentials:  credentials.NewStaticCredentialsProvider(w.AccessKey, w.SecretKey, w.SessionToken),
	})
	conditions, fields := w.conditions()
	post, err := s3.NewPresignClient(client).PresignPostObject(context.Background(),
		&s3.PutObjectInput{Bucket: aws.String(w.Bucket), Key: aws.String(w.Key)},
		func(o *s3.PresignPostOptions) {
			o.Expires = time.Duration(w.ExpiresSeconds) * time.Second
			o.Conditions = conditions
		})
	if err != nil {
		log.Fatal(err)
	}
	for name, value := range fields { // the SDK returns its own fields only
		post.Values[name] = value
	}
	if err := json.NewEncoder(os.Stdout).Encode(map[string]interface{}{"url": post.URL, "fields": post.Values}); err != nil {
		log.Fatal(err)
	}
}
