// Forms signed per second by Go's SDKs, for bench/sign/group.py. Usage: go run . aws-sdk-go-v2|minio-go
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"strconv"
	"syscall"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awscredentials "github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/minio/minio-go/v7"
	miniocredentials "github.com/minio/minio-go/v7/pkg/credentials"
)

const (
	bucket, region = "bench-bucket", "eu-west-1"
	id, secret     = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
	batch          = 64
)

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func awsSigner() func(key string) {
	client := s3.NewPresignClient(s3.New(s3.Options{
		Region:      region,
		Credentials: awscredentials.NewStaticCredentialsProvider(id, secret, ""),
	}))
	return func(key string) {
		_, err := client.PresignPostObject(context.Background(),
			&s3.PutObjectInput{Bucket: aws.String(bucket), Key: aws.String(key)},
			func(o *s3.PresignPostOptions) {
				o.Expires = 10 * time.Minute
				o.Conditions = []interface{}{
					map[string]string{"Content-Type": "image/png"},
					[]interface{}{"content-length-range", 1, 10485760},
					map[string]string{"x-amz-meta-user": "42"},
				}
			})
		must(err)
	}
}

func minioSigner() func(key string) {
	client, err := minio.New("s3.eu-west-1.amazonaws.com", &minio.Options{
		Creds: miniocredentials.NewStaticV4(id, secret, ""), Secure: true, Region: region,
	})
	must(err)
	return func(key string) {
		policy := minio.NewPostPolicy()
		must(policy.SetBucket(bucket))
		must(policy.SetKey(key))
		must(policy.SetContentType("image/png"))
		must(policy.SetContentLengthRange(1, 10485760))
		must(policy.SetUserMetadata("user", "42"))
		must(policy.SetExpires(time.Now().UTC().Add(10 * time.Minute)))
		_, _, err := client.PresignedPostPolicy(context.Background(), policy)
		must(err)
	}
}

func cpuSeconds() float64 {
	var usage syscall.Rusage
	must(syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return float64(usage.Utime.Nano()+usage.Stime.Nano()) / 1e9
}

func main() {
	signers := map[string]func() func(string){"aws-sdk-go-v2": awsSigner, "minio-go": minioSigner}
	if len(os.Args) != 2 || signers[os.Args[1]] == nil {
		log.Fatal("usage: sign aws-sdk-go-v2|minio-go")
	}
	sign := signers[os.Args[1]]()
	seconds, err := strconv.ParseFloat(os.Getenv("BENCH_SECONDS"), 64)
	if err != nil {
		seconds = 0.5
	}
	number := 0
	run := func(seconds float64) int {
		first, end := number, time.Now().Add(time.Duration(seconds*1e9))
		for time.Now().Before(end) {
			for i := 0; i < batch; i++ {
				sign(fmt.Sprintf("uploads/%08d.png", number))
				number++
			}
		}
		return number - first
	}
	run(seconds / 10)
	wall, cpu := time.Now(), cpuSeconds()
	forms := float64(run(seconds))
	fmt.Printf("{\"forms_per_cpu_s\": %.1f, \"forms_per_s\": %.1f}\n", forms/(cpuSeconds()-cpu), forms/time.Since(wall).Seconds())
}
