package runtimes

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// emulator is a process of Amazon's runtime interface emulator with a function.
type emulator struct {
	url string
	log *log
}

// emulate starts the emulator, which starts the function when the first event comes.
func emulate(t *testing.T, language string) *emulator {
	t.Helper()
	addresses := []string{freeAddress(t), freeAddress(t)}
	command := []string{"./bootstrap"}
	if language == "node" {
		command = []string{"node", os.Getenv("NODE_RUNTIME"), "index.main_handler"}
	}
	arguments := []string{"--log-level", "error",
		"--runtime-interface-emulator-address", addresses[0], "--runtime-api-address", addresses[1]}
	program := exec.Command(os.Getenv("EMULATOR"), append(arguments, command...)...)
	program.Dir = filepath.Join(os.Getenv("FUNCTIONS"), language)
	e := &emulator{url: "http://" + addresses[0] + "/2015-03-31/functions/function/invocations",
		log: &log{}}
	program.Stdout, program.Stderr = e.log, e.log
	// Its function is ended with it.
	program.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := program.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		syscall.Kill(-program.Process.Pid, syscall.SIGKILL)
		program.Wait()
	})
	for range 600 {
		connection, err := net.Dial("tcp", addresses[0])
		if err == nil {
			connection.Close()
			return e
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("no emulator: %s", e.log)
	return nil
}

// freeAddress returns an address that nobody listens at.
func freeAddress(t *testing.T) string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

// invoke hands an event to the function, and returns its JSON.
func (e *emulator) invoke(t *testing.T, probe, body string) map[string]any {
	t.Helper()
	event, err := json.Marshal(map[string]any{
		"httpMethod": "POST", "path": "/a", "body": body, "isBase64Encoded": false,
		"headers": map[string]string{"x-probe": probe}, "queryString": map[string]string{"n": "3"},
		"pathParameters": map[string]string{}, "queryStringParameters": map[string]string{},
		"requestContext": map[string]string{"serviceId": "s", "path": "/", "stage": "release"},
	})
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.Post(e.url, "application/json", bytes.NewReader(event))
	if err != nil {
		t.Fatalf("%v: %s", err, e.log)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	var result map[string]any
	if err := json.Unmarshal(text, &result); err != nil {
		t.Fatalf("%s: %v: %s\n%s", probe, err, text, e.log)
	}
	return result
}

// TestTheEmulatorOfAmazon runs the probes on a server of the Lambda Runtime API that is not of this
// project.
func TestTheEmulatorOfAmazon(t *testing.T) {
	for _, language := range []string{"c", "go", "node", "python", "rust"} {
		t.Run(language, func(t *testing.T) {
			e := emulate(t, language)
			for range 3 {
				check := func(probe, body, member string, want any) {
					t.Helper()
					result := e.invoke(t, probe, body)
					if got := fmt.Sprint(result[member]); got != fmt.Sprint(want) {
						t.Errorf("%s: %s: %.200q, not %.200q: %s", probe, member, got, want, e.log)
					}
				}
				check("describe", "hello", "body", "POST /a / release\nquery n=3\nbody text 5\n")
				check("echo", "a\x00\"\\\n猫", "body", "a\x00\"\\\n猫")
				check("size", "", "body", "aaa")
				check("cookies", "", "statusCode", 418)
				check("fail", "", "errorMessage", "no cat")
				check("object", "", "a", 1)
				large := strings.Repeat("a", 1<<20)
				check("echo", large, "body", large)
			}
		})
	}
}
