package runtimes

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// gateway is a process of `apigw dev` that runs the functions of a folder.
type gateway struct {
	url     string
	process *os.Process
	client  *http.Client
	log     *log
}

// log is what a gateway has written to standard error.
type log struct {
	mutex sync.Mutex
	text  bytes.Buffer
}

func (l *log) Write(data []byte) (int, error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.text.Write(data)
}

func (l *log) String() string {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.text.String()
}

// start starts a gateway for the functions in a folder below $FUNCTIONS, which run.sh has filled.
func start(t testing.TB, folder string, options ...string) *gateway {
	t.Helper()
	return startFile(t, filepath.Join(folder, "serverless.yml"), options...)
}

// startFile starts a gateway for the functions of a file below $FUNCTIONS.
func startFile(t testing.TB, file string, options ...string) *gateway {
	t.Helper()
	arguments := []string{"dev", "--port", "0", "--no-watch"}
	arguments = append(arguments, "--node-runtime", os.Getenv("NODE_RUNTIME"))
	arguments = append(arguments, options...)
	arguments = append(arguments, filepath.Join(os.Getenv("FUNCTIONS"), file))
	program := exec.Command(os.Getenv("APIGW"), arguments...)
	log := &log{}
	program.Stderr = log
	output, err := program.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := program.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(output)
	first, err := lines.ReadString('\n')
	if err != nil {
		t.Fatalf("%v: %s", err, log)
	}
	// The rest is the access log, which is read only so that the pipe does not fill up.
	go io.Copy(io.Discard, lines)
	address := regexp.MustCompile(`http://[0-9.:]+`).FindString(first)
	transport := &http.Transport{MaxIdleConnsPerHost: 1024, DisableCompression: true}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		if err := program.Process.Signal(syscall.SIGTERM); err != nil {
			t.Error(err)
		}
		if err := program.Wait(); err != nil {
			t.Errorf("%v: %s", err, log)
		}
	})
	client := &http.Client{Transport: transport, Timeout: time.Minute}
	return &gateway{url: address, process: program.Process, client: client, log: log}
}

// inEachLanguage runs a test against a gateway with the probe in each language, which takes events
// by the protocol of Tencent SCF and then by that of AWS Lambda.
func inEachLanguage(t *testing.T, test func(*testing.T, *gateway), options ...string) {
	for _, protocol := range []string{"scf", "lambda"} {
		for _, language := range []string{"c", "go", "node", "python", "rust"} {
			t.Run(language+"/"+protocol, func(t *testing.T) {
				test(t, startFile(t, filepath.Join(language, protocol+".yml"), options...))
			})
		}
	}
}

// request is a request to a probe, and the expected response.
type request struct {
	method, target string
	// probe selects what the probe does: see functions/go/main.go.
	probe  string
	header http.Header
	body   string
	// The expected status, some of the headers, and the body or a pattern for it.
	status  int
	headers http.Header
	want    string
	pattern string
}

// send sends a request, and returns the response and its whole body.
func (g *gateway) send(r request) (*http.Response, string, error) {
	method := r.method
	if method == "" {
		method = http.MethodPost
	}
	sent, err := http.NewRequest(method, g.url, strings.NewReader(r.body))
	if err != nil {
		return nil, "", err
	}
	// The target must not be changed by this library.
	sent.URL.Opaque = "//" + sent.URL.Host + "/release" + r.target
	for name, values := range r.header {
		sent.Header[name] = values
	}
	sent.Header["x-probe"] = []string{r.probe}
	response, err := g.client.Do(sent)
	if err != nil {
		return nil, "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return response, string(body), err
}

// check sends a request and fails the test unless the response is the expected one.
func (g *gateway) check(t *testing.T, r request) {
	t.Helper()
	if err := g.try(r); err != nil {
		t.Errorf("%v\n%.2000s", err, g.log)
	}
}

func (g *gateway) try(r request) error {
	response, body, err := g.send(r)
	if err != nil {
		return err
	}
	if r.status == 0 {
		r.status = http.StatusOK
	}
	what := r.method + " " + r.target + " " + r.probe
	if response.StatusCode != r.status {
		return fmt.Errorf("%s: status %d, not %d: %.300q", what, response.StatusCode, r.status, body)
	}
	for name, values := range r.headers {
		if got := strings.Join(response.Header.Values(name), "|"); got != strings.Join(values, "|") {
			return fmt.Errorf("%s: %s: %q, not %q", what, name, got, values)
		}
	}
	if r.pattern != "" {
		if !regexp.MustCompile(r.pattern).MatchString(body) {
			return fmt.Errorf("%s:\n got %.300q\nwant %.300s", what, body, r.pattern)
		}
	} else if body != r.want {
		return fmt.Errorf("%s: %d bytes, not %d:\n got %.300q\nwant %.300q",
			what, len(body), len(r.want), body, r.want)
	}
	return nil
}

// checkStream reads a response whose pieces, "piece 0\n" and so on, have pauses between them. The
// first one must come before the function ends the response.
func (g *gateway) checkStream(t *testing.T, target string, pieces int, headers http.Header) {
	t.Helper()
	sent, err := http.NewRequest(http.MethodPut, g.url+"/release"+target, nil)
	if err != nil {
		t.Fatal(err)
	}
	sent.Header.Set("x-probe", "stream")
	response, err := g.client.Do(sent)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusCreated {
		t.Errorf("status %d: %s", response.StatusCode, g.log)
	}
	for name, values := range headers {
		if got := response.Header.Values(name); !slices.Equal(got, values) {
			t.Errorf("%s: %q, not %q", name, got, values)
		}
	}
	lines := bufio.NewReader(response.Body)
	var first time.Time
	for number := range pieces {
		line, err := lines.ReadString('\n')
		if err != nil || line != fmt.Sprintf("piece %d\n", number) {
			t.Errorf("%q, %v: %s", line, err, g.log)
		}
		if number == 0 {
			first = time.Now()
		}
	}
	if rest, err := io.ReadAll(lines); err != nil || len(rest) != 0 {
		t.Errorf("%q, %v", rest, err)
	}
	if passed := time.Since(first); passed < 100*time.Millisecond {
		t.Errorf("all pieces came at once, within %v", passed)
	}
}

// functions returns the processes that a gateway has started.
func (g *gateway) functions() ([]int, error) {
	var found []int
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", g.process.Pid))
	if err != nil {
		return nil, err
	}
	for _, thread := range threads {
		text, err := os.ReadFile(thread)
		if err != nil {
			// The thread may have ended.
			continue
		}
		for _, word := range strings.Fields(string(text)) {
			number, err := strconv.Atoi(word)
			if err != nil {
				return nil, err
			}
			found = append(found, number)
		}
	}
	return found, nil
}
