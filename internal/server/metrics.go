package server

import (
	"log"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics counts what the server does, for Prometheus. No label ever holds what a caller chose freely.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "latchkey_requests_total",
			Help: "Requests answered, by dialect, operation, protocol, outcome (ok, refused, fault, unreadable), problem code and HTTP status.",
		}, []string{"dialect", "operation", "version", "outcome", "code", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "latchkey_request_seconds",
			Help:    "Time from the first byte of a request to the last of its answer, by dialect and operation.",
			Buckets: []float64{.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30},
		}, []string{"dialect", "operation"}),
	}
	m.registry.MustRegister(m.requests, m.seconds, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), collectors.NewBuildInfoCollector())
	return m
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// count counts one request to a service; other pages are not counted.
func (m *metrics) count(note *request, status int, took time.Duration) {
	if !note.seen {
		return
	}
	record := note.record
	m.requests.WithLabelValues(note.dialog, record.Operation, record.Version.String(), outcome(record),
		record.Note.Code, strconv.Itoa(status)).Inc()
	m.seconds.WithLabelValues(note.dialog, record.Operation).Observe(took.Seconds())
}

// quietLog takes what net/http complains of about clients, which is of interest only when looking for it.
func quietLog(l *slog.Logger) *log.Logger {
	return slog.NewLogLogger(l.Handler(), slog.LevelDebug)
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
