// Parses bodies of the encoder with Go's mime/multipart, which is MinIO's reader, and compares them with what was meant.
//
//	go run parse_back.go ENCODE_BODY CASES_JSON
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// Text is a text as a case writes it: plain, or repeated and cut.
type Text struct {
	Text   string
	Repeat int
	Cut    int
}

func (t *Text) UnmarshalJSON(data []byte) error {
	type plain Text
	if data[0] == '"' {
		return json.Unmarshal(data, &t.Text)
	}
	return json.Unmarshal(data, (*plain)(t))
}

// repeat takes 0 for once: what a case does not say.
func repeat(text string, times int) string {
	if times == 0 {
		return text
	}
	return strings.Repeat(text, times)
}

func (t Text) String() string {
	text := repeat(t.Text, t.Repeat)
	return text[:len(text)-t.Cut]
}

// Case is one form of the cases file.
type Case struct {
	Case           string
	Boundary       string
	Fields         [][2]Text
	SentNames      []string `json:"sent_names"`
	FileName       string   `json:"file_name"`
	FileNameRepeat int      `json:"file_name_repeat"`
	SentFileName   string   `json:"sent_file_name"`
	FileType       string   `json:"file_type"`
	File           Text
}

func orElse(text, fallback string) string {
	if text == "" {
		return fallback
	}
	return text
}

func (c *Case) fileName() string {
	return repeat(orElse(c.FileName, "file"), c.FileNameRepeat)
}

// Files are bytes: each character of the case stands for the byte of its number.
func (c *Case) fileBytes() []byte {
	var content []byte
	for _, r := range c.File.String() {
		content = append(content, byte(r))
	}
	return content
}

func (c *Case) encode(program, dir string, readSize int) (contentType string, body []byte, err error) {
	path := filepath.Join(dir, "content")
	if err = os.WriteFile(path, c.fileBytes(), 0o600); err != nil {
		return
	}
	name := "-"
	if c.FileName != "" {
		name = c.fileName()
	}
	arguments := []string{strconv.Itoa(readSize), orElse(c.Boundary, "-"), name, orElse(c.FileType, "-"), path}
	for _, field := range c.Fields {
		arguments = append(arguments, field[0].String(), field[1].String())
	}
	out, err := exec.Command(program, arguments...).Output()
	line, body, _ := bytes.Cut(out, []byte("\n"))
	return string(line), body, err
}

func differs(what string, got, want any) error {
	if fmt.Sprint(got) == fmt.Sprint(want) {
		return nil
	}
	return fmt.Errorf("%s is %.200q, not %.200q", what, fmt.Sprint(got), fmt.Sprint(want))
}

func checkPart(part *multipart.Part, want map[string]string, partType string, content []byte) error {
	disposition, parameters, err := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
	if err != nil {
		return err
	}
	got, err := io.ReadAll(part)
	if err != nil {
		return err
	}
	headers := 1
	if partType != "" {
		headers = 2
	}
	for _, fault := range []error{
		differs("the disposition", disposition, "form-data"),
		differs("the parameters", parameters, want),
		differs("the type", part.Header.Get("Content-Type"), partType),
		differs("the number of headers", len(part.Header), headers),
	} {
		if fault != nil {
			return fault
		}
	}
	if !bytes.Equal(got, content) {
		return fmt.Errorf("the content differs: %d bytes, not %d", len(got), len(content))
	}
	return nil
}

func (c *Case) check(program, dir string, readSize int) error {
	contentType, body, err := c.encode(program, dir, readSize)
	if err != nil {
		return err
	}
	_, parameters, err := mime.ParseMediaType(contentType)
	if err != nil {
		return err
	}
	reader := multipart.NewReader(bytes.NewReader(body), parameters["boundary"])
	for i := 0; i <= len(c.Fields); i++ {
		part, err := reader.NextRawPart()
		if err != nil {
			return err
		}
		if i == len(c.Fields) {
			name := orElse(c.SentFileName, c.fileName())
			want := map[string]string{"name": "file", "filename": name}
			err = checkPart(part, want, orElse(c.FileType, "application/octet-stream"), c.fileBytes())
		} else {
			name := c.Fields[i][0].String()
			if c.SentNames != nil {
				name = c.SentNames[i]
			}
			err = checkPart(part, map[string]string{"name": name}, "", []byte(c.Fields[i][1].String()))
		}
		if err != nil {
			return fmt.Errorf("part %d: %w", i, err)
		}
	}
	if _, err = reader.NextRawPart(); err != io.EOF {
		return fmt.Errorf("after the last part: %v, not EOF", err)
	}
	return nil
}

func run(program, path string) error {
	var file struct {
		ReadSizes []int `json:"read_sizes"`
		Cases     []Case
	}
	data, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(data, &file)
	}
	if err != nil || len(file.Cases) == 0 {
		return fmt.Errorf("%s: no cases: %v", path, err)
	}
	dir, err := os.MkdirTemp("", "parse_back")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	for _, c := range file.Cases {
		for _, size := range file.ReadSizes {
			if err := c.check(program, dir, size); err != nil {
				return fmt.Errorf("%s, read %d at a time: %w", c.Case, size, err)
			}
		}
		fmt.Println("ok", c.Case)
	}
	return nil
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: parse_back ENCODE_BODY CASES_JSON")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
