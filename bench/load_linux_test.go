package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// stalling answers "good"; once, when it has answered some, all of its callers wait.
type stalling struct {
	mu       sync.Mutex
	answered int
	stall    time.Duration
}

func (s *stalling) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.answered++; s.answered == 200 {
		time.Sleep(s.stall)
	}
	_, _ = w.Write([]byte("good"))
}

func loadOn(t *testing.T, h http.Handler, l load) result {
	t.Helper()
	server := httptest.NewServer(h)
	defer server.Close()
	l.address = strings.TrimPrefix(server.URL, "http://")
	l.message, l.good = always([]byte("GET / HTTP/1.1\r\nHost: a\r\n\r\n")), "good"
	seen, err := l.run(500 * time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	return seen
}

func TestALoadWithARate(t *testing.T) {
	const rate, stall = 1000, 100 * time.Millisecond
	seen := loadOn(t, &stalling{stall: stall}, load{rate: rate})
	t.Run("sends as many as it says", func(t *testing.T) {
		if most := rate / 2; seen.answers < most-connections || seen.answers > most+connections {
			t.Errorf("%d answers", seen.answers)
		}
	})
	t.Run("counts those as late who would have come while the server stood still", func(t *testing.T) {
		late := 0
		for _, took := range seen.latencies {
			if took > stall/4 {
				late++
			}
		}
		// A hundred were due meanwhile. Of those who were connected there are only 32.
		if late < 60 {
			t.Errorf("%d of %d are late", late, seen.answers)
		}
	})
}

func TestALoadWithoutARateSendsWhatIsAnswered(t *testing.T) {
	var server *stalling
	var seen result
	for try := 0; try < 10 && seen.answers < 100; try++ { // a machine may stand still for as long as a load lasts
		server = &stalling{}
		seen = loadOn(t, server, load{})
	}
	// What was under way at the end was answered and is not counted.
	if seen.answers < 100 || seen.answers > server.answered || seen.answers < server.answered-connections {
		t.Errorf("%d answers seen, %d given", seen.answers, server.answered)
	}
}

func TestALoadRefusesAnAnswerThatIsNotGood(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	l := load{address: strings.TrimPrefix(server.URL, "http://"), message: always([]byte("GET / HTTP/1.1\r\nHost: a\r\n\r\n"))}
	if _, err := l.run(time.Minute); err == nil || !strings.Contains(err.Error(), "refused") {
		t.Errorf("%v", err)
	}
}
