package server

import (
	"log"
	"log/slog"
	"maps"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"latchkey/internal/messaging"
)

// metrics counts what the server does, for Prometheus. No label ever holds what a caller chose freely.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec

	// series are those met so far: looking them up in the vectors costs more than counting. A new one makes a new map, so
	// that nobody waits to read it.
	series atomic.Pointer[map[labels]*series]
	adding sync.Mutex
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

func newMetrics(texts func() messaging.Counts, conns *connections) *metrics {
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
	m.series.Store(&map[labels]*series{})
	m.registry.MustRegister(m.requests, m.seconds, textMetrics{texts}, evictions(conns), collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), collectors.NewBuildInfoCollector())
	return m
}

// evictions counts the connections that were closed to make room for others.
func evictions(conns *connections) prometheus.Collector {
	return prometheus.NewCounterFunc(prometheus.CounterOpts{
		Name: "latchkey_connections_evicted_total",
		Help: "Connections closed to make room for others, of the address that had most.",
	}, func() float64 { return float64(conns.evicted.Load()) })
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
	counted := m.of(l)
	counted.requests.Inc()
	counted.seconds.Observe(took.Seconds())
}

// of gives the series of labels.
func (m *metrics) of(l labels) *series {
	if known := (*m.series.Load())[l]; known != nil {
		return known
	}
	m.adding.Lock()
	defer m.adding.Unlock()
	all := maps.Clone(*m.series.Load()) // another request may have added the same: the vectors give the same again
	all[l] = &series{
		requests: m.requests.WithLabelValues(l.dialect, l.operation, l.version, l.outcome, l.code, strconv.Itoa(l.status)),
		seconds:  m.seconds.WithLabelValues(l.dialect, l.operation),
	}
	m.series.Store(&all)
	return all[l]
}

// textMetrics tells Prometheus what was done with texts.
type textMetrics struct{ counts func() messaging.Counts }

// The metrics about texts, whose label says what happened.
var (
	textsTotal = prometheus.NewDesc("latchkey_sms_texts_total",
		"Texts, by what happened to them: accepted, repeats (accepted, like another), shielded (not accepted, being a repeat), "+
			"blocked (the number is closed), delivered and failed (by receipts).", []string{"event"}, nil)
	partsTotal = prometheus.NewDesc("latchkey_sms_parts_total",
		"Parts of texts offered to gateways, by the answer: taken, refused, not_sent (to be tried again), in_doubt.", []string{"verdict"}, nil)
	stopsTotal = prometheus.NewDesc("latchkey_sms_stops_total", "Numbers that were closed by their persons.", nil, nil)
)

// Describe lists the metrics.
func (m textMetrics) Describe(to chan<- *prometheus.Desc) {
	to <- textsTotal
	to <- partsTotal
	to <- stopsTotal
}

// Collect gives the numbers as they are now.
func (m textMetrics) Collect(to chan<- prometheus.Metric) {
	c := m.counts()
	tell := func(what *prometheus.Desc, n int64, labels ...string) {
		to <- prometheus.MustNewConstMetric(what, prometheus.CounterValue, float64(n), labels...)
	}
	tell(textsTotal, c.Accepted, "accepted")
	tell(textsTotal, c.Repeats, "repeats")
	tell(textsTotal, c.Shielded, "shielded")
	tell(textsTotal, c.Blocked, "blocked")
	tell(textsTotal, c.Delivered, "delivered")
	tell(textsTotal, c.Failed, "failed")
	tell(partsTotal, c.Taken, "taken")
	tell(partsTotal, c.Refused, "refused")
	tell(partsTotal, c.NotSent, "not_sent")
	tell(partsTotal, c.InDoubt, "in_doubt")
	tell(stopsTotal, c.Stopped)
}

// quietLog takes what net/http complains of about clients, which is of interest only when looking for it.
func quietLog(l *slog.Logger) *log.Logger {
	return slog.NewLogLogger(l.Handler(), slog.LevelDebug)
}
