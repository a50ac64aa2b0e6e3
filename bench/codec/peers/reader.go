// The body that bench-reader makes, read by Go's mime/multipart, parts dropped as they come.
//
// Usage: reader BENCH_READER CONTENT
package main

import (
	"bytes"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"time"
)

const pieceBytes = 64 * 1024

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "reader.go:", err)
		os.Exit(1)
	}
}

func cpu() time.Duration {
	var usage syscall.Rusage
	must(syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func read(body []byte, boundary string, piece []byte) {
	parts := multipart.NewReader(bytes.NewReader(body), boundary)
	total := 0
	for {
		part, err := parts.NextRawPart()
		if err == io.EOF {
			break
		}
		must(err)
		for {
			n, err := part.Read(piece)
			total += n
			if err == io.EOF {
				break
			}
			must(err)
		}
	}
	if total != 1<<20+len("photos/1.jpg") {
		must(fmt.Errorf("%d bytes of content", total))
	}
}

func main() {
	output, err := exec.Command(os.Args[1], "write", os.Args[2]).Output()
	must(err)
	contentType, body, _ := bytes.Cut(output, []byte("\n"))
	_, parameters, err := mime.ParseMediaType(string(contentType))
	must(err)
	seconds, err := strconv.ParseFloat(os.Getenv("BENCH_SECONDS"), 64)
	if err != nil {
		seconds = 0.5
	}
	limit := time.Duration(seconds * float64(time.Second))
	piece := make([]byte, pieceBytes)
	for start := time.Now(); time.Since(start) < limit/10; {
		read(body, parameters["boundary"], piece)
	}
	bodies, start, before := 0, time.Now(), cpu()
	for time.Since(start) < limit {
		read(body, parameters["boundary"], piece)
		bodies++
	}
	fmt.Printf("{\"gb_per_cpu_s\": %g}\n", float64(bodies)*float64(len(body))/(cpu()-before).Seconds()/1e9)
}
