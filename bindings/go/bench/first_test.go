package bench

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"apigw"
)

// firstReader names the library that a process started by BenchmarkFirst decodes one event with.
const firstReader = "APIGW_BENCH_FIRST"

func TestMain(m *testing.M) {
	if name := os.Getenv(firstReader); name != "" {
		fmt.Println(first(name).Nanoseconds())
		return
	}
	os.Exit(m.Run())
}

// first is how long the first decode of the process takes.
func first(name string) time.Duration {
	data, err := os.ReadFile(corpus + "/get.json")
	if err != nil {
		panic(err)
	}
	decode := func() error {
		_, err := apigw.Decode(data)
		return err
	}
	for _, it := range libraries {
		if it.name == name {
			decode = func() error { return it.unmarshal(data, new(vendorRequest)) }
		}
	}
	start := time.Now()
	if err := decode(); err != nil {
		panic(err)
	}
	return time.Since(start)
}

// The first decode of a process.
func BenchmarkFirst(b *testing.B) {
	for _, name := range []string{"apigw", "encoding-json", "sonic", "sonic-std", "go-json"} {
		b.Run("event=get/reader="+name, func(b *testing.B) {
			sum := 0
			for b.Loop() {
				command := exec.Command(os.Args[0])
				command.Env = append(os.Environ(), firstReader+"="+name)
				output, err := command.Output()
				if err != nil {
					b.Fatal(err)
				}
				taken, err := strconv.Atoi(string(output[:len(output)-1]))
				if err != nil {
					b.Fatal(err)
				}
				sum += taken
			}
			b.ReportMetric(float64(sum)/float64(b.N), "ns/op")
		})
	}
}
