package server

import (
	"log"
	"log/slog"
	"net/http"
	"strconv"
	"sync"
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
	series   sync.Map // of labels to *series: looking them up in the vectors costs more than counting
}

// labels are what a request is counted under.
type labels struct {
	dialect, operation, version, outcome, code string
	status                                     int
}

// series are the two places where a request is counted.
type series struct {
	requests prometheus.Counter
	seconds  prometheus.Observer
}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "latchkey_requests_total",
			Help: "Requests answered, by dialect or door, operation or page, protocol, outcome (ok, refused, fault, unreadable), problem code and HTTP status.",
		}, []string{"dialect", "operation", "version", "outcome", "code", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "latchkey_request_seconds",
			Help:    "Time from the first byte of a request to the last of its answer, by dialect or door, and operation or page.",
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

// count counts one request to a service or behind a door; other addresses are not counted.
func (m *metrics) count(note *request, status int, took time.Duration) {
	if !note.seen {
		return
	}
	record := &note.record
	l := labels{
		dialect: note.dialect, operation: record.Operation, version: note.version,
		outcome: outcome(record), code: record.Note.Code, status: status,
	}
	found, ok := m.series.Load(l)
	if !ok {
		found, _ = m.series.LoadOrStore(l, &series{
			requests: m.requests.WithLabelValues(l.dialect, l.operation, l.version, l.outcome, l.code, strconv.Itoa(l.status)),
			seconds:  m.seconds.WithLabelValues(l.dialect, l.operation),
		})
	}
	counted := found.(*series)
	counted.requests.Inc()
	counted.seconds.Observe(took.Seconds())
}

// quietLog takes what net/http complains of about clients, which is of interest only when looking for it.
func quietLog(l *slog.Logger) *log.Logger {
	return slog.NewLogLogger(l.Handler(), slog.LevelDebug)
}
