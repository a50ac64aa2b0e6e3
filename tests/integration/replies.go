// Judges replies by Go's net/http; input and output are described in tests/support/replies.h.
//
//	go run replies.go <REPLIES >VERDICTS
package main

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
)

func isInterim(status int) bool {
	return status/100 == 1 && status != 101
}

// end says how the body is delimited.
func end(response *http.Response) string {
	if response.ContentLength >= 0 || len(response.TransferEncoding) > 0 {
		return "complete"
	}
	return "close"
}

func headers(header http.Header) string {
	var text strings.Builder
	for name, values := range header {
		for _, value := range values {
			fmt.Fprintf(&text, "%s:%s\n", name, value)
		}
	}
	return text.String()
}

func oneLine(text string) string {
	return strings.Join(strings.Fields(text), " ")
}

func judge(reply []byte) string {
	source := bytes.NewReader(reply)
	reader := bufio.NewReader(source)
	for {
		response, err := http.ReadResponse(reader, nil)
		if err != nil {
			return "refused\t" + oneLine(err.Error())
		}
		if isInterim(response.StatusCode) {
			continue
		}
		how := end(response)
		body, err := io.ReadAll(response.Body)
		if err == io.ErrUnexpectedEOF {
			how = "cut"
		} else if err != nil {
			return "refused\t" + oneLine(err.Error())
		}
		keeps := 1
		if response.Close {
			keeps = 0
		}
		used := len(reply) - source.Len() - reader.Buffered()
		return fmt.Sprintf("%s\t%d\t%d\t%d\t%x\t%x", how, response.StatusCode, used, keeps, body, headers(response.Header))
	}
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<24)
	out := bufio.NewWriter(os.Stdout)
	for lines.Scan() {
		reply, err := hex.DecodeString(lines.Text())
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Fprintln(out, judge(reply))
	}
	if lines.Err() != nil || out.Flush() != nil {
		os.Exit(1)
	}
}
