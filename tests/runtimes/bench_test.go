package runtimes

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// BenchmarkRequests lets 64 clients send requests to one process of the function, either without a
// pause or 20 times a second each. Without pauses the latency is that of the queue in front of the
// function, with pauses that of the gateway and the function. Besides the time of a request it
// reports the latencies that clients see, the processor time that the gateway and the function take
// for a request, and the memory of both after a tenth of the requests and at the end.
func BenchmarkRequests(b *testing.B) {
	const clients = 64
	run := func(language, protocol string, pause time.Duration) {
		b.Run(fmt.Sprintf("%s/%s/pause=%v", language, protocol, pause), func(b *testing.B) {
			g := startFile(b, filepath.Join(language, protocol+".yml"))
			r := ok
			if err := g.try(r); err != nil {
				b.Fatal(err)
			}
			processes, err := g.functions()
			if err != nil || len(processes) != 1 {
				b.Fatal(processes, err)
			}
			gateway, function := process(g.process.Pid), process(processes[0])
			gatewayBefore, functionBefore := gateway.cpu(b), function.cpu(b)
			latencies := make([]time.Duration, b.N)
			var next atomic.Int64
			var early [2]int
			var all sync.WaitGroup
			b.ResetTimer()
			for range clients {
				all.Go(func() {
					for {
						i := int(next.Add(1)) - 1
						if i >= b.N {
							return
						}
						if i == b.N/10 {
							early = [2]int{gateway.memory(b), function.memory(b)}
						}
						time.Sleep(pause/2 + rand.N(pause+1))
						before := time.Now()
						if err := g.try(r); err != nil {
							b.Error(err)
							return
						}
						latencies[i] = time.Since(before)
					}
				})
			}
			all.Wait()
			b.StopTimer()
			slices.Sort(latencies)
			at := func(part float64) float64 {
				return float64(latencies[int(part*float64(b.N-1))].Microseconds())
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "requests/s")
			b.ReportMetric(at(0.5), "p50-us")
			b.ReportMetric(at(0.99), "p99-us")
			perRequest := func(time float64) float64 { return time * 1e6 / float64(b.N) }
			b.ReportMetric(perRequest(gateway.cpu(b)-gatewayBefore), "gateway-cpu-us")
			b.ReportMetric(perRequest(function.cpu(b)-functionBefore), "function-cpu-us")
			b.Logf("KiB after a tenth and at the end: gateway %d, %d; function %d, %d",
				early[0], gateway.memory(b), early[1], function.memory(b))
		})
	}
	for _, language := range []string{"c", "go", "node", "rust", "proxy"} {
		for _, protocol := range []string{"scf", "lambda"} {
			run(language, protocol, 0)
			run(language, protocol, 50*time.Millisecond)
		}
	}
}

// process is the number of a Linux process.
type process int

// cpu returns the processor time of the process in seconds.
func (p process) cpu(b *testing.B) float64 {
	_, fields, _ := strings.Cut(p.read(b, "stat"), ") ")
	words := strings.Fields(fields)
	// utime and stime, in hundredths of a second.
	return float64(number(b, words[11])+number(b, words[12])) / 100
}

// memory returns the resident memory of the process in KiB.
func (p process) memory(b *testing.B) int {
	_, rest, _ := strings.Cut(p.read(b, "status"), "VmRSS:")
	return number(b, strings.Fields(rest)[0])
}

func (p process) read(b *testing.B, file string) string {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/%s", p, file))
	if err != nil {
		b.Fatal(err)
	}
	return string(text)
}

func number(b *testing.B, text string) int {
	number, err := strconv.Atoi(text)
	if err != nil {
		b.Fatal(err)
	}
	return number
}
