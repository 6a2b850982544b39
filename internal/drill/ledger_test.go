package drill

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var errCut = errors.New("connection reset")

func TestLedger(t *testing.T) {
	tests := []struct {
		name string
		do   func(*ledger)
		want Count
	}{
		{"finds what was acknowledged", func(l *ledger) {
			l.outcome("a", true, nil)
			l.found("a", true)
		}, Count{Acknowledged: 1, Checked: 1}},
		{"misses what was acknowledged, once", func(l *ledger) {
			l.outcome("a", true, nil)
			l.found("a", false)
			l.found("a", false)
		}, Count{Acknowledged: 1, Checked: 1, Lost: 1}},
		{"misses an end that was acknowledged", func(l *ledger) {
			l.outcome("a", false, nil)
			l.found("a", true)
		}, Count{Acknowledged: 1, Checked: 1, Lost: 1}},
		{"lets what is in doubt be either", func(l *ledger) {
			l.outcome("a", true, errCut)
			l.outcome("b", true, errCut)
			l.found("a", true)
			l.found("b", false)
		}, Count{Doubtful: 2}},
		{"lets what is being ended be either", func(l *ledger) {
			l.outcome("a", true, nil)
			l.begin("a")
			l.found("a", false)
		}, Count{Acknowledged: 1}},
		{"counts a refusal apart", func(l *ledger) {
			l.outcome("a", true, &refusal{"Sessions_Create", "<Error_Code>S2005</Error_Code>"})
			l.refused(errCut) // which is none
		}, Count{Refused: 1}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			l := newLedger("")
			test.do(l)
			got, complaints := l.show()
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
			if bad := got.Lost+got.Doubled+got.Refused > 0; bad != (len(complaints) > 0) {
				t.Errorf("complaints %q", complaints)
			}
		})
	}
	t.Run("says the same thing once, and not too much", func(t *testing.T) {
		l := newLedger("")
		for range 2 * mostComplaints {
			l.lost("the same")
		}
		for n := range 2 * mostComplaints {
			l.doubled("number %d", n)
		}
		if _, complaints := l.show(); len(complaints) != mostComplaints || complaints[1] != "number 0" {
			t.Errorf("complaints %q", complaints)
		}
	})
}

func TestReport(t *testing.T) {
	good := Report{Counts: []Count{{What: "texts", Acknowledged: 3, Doubtful: 1, Checked: 3}}, Figures: []Figure{{What: "memory", Value: "1 MiB", Limit: "less"}}}
	tests := []struct {
		name   string
		spoil  func(*Report)
		failed bool
	}{
		{"passes with what is in doubt", func(*Report) {}, false},
		{"fails for a loss", func(r *Report) { r.Counts = []Count{{Lost: 1}} }, true},
		{"fails for what came twice", func(r *Report) { r.Counts = []Count{{Doubled: 1}} }, true},
		{"fails for a refusal", func(r *Report) { r.Counts = []Count{{Refused: 1}} }, true},
		{"fails for a figure beyond its limit", func(r *Report) { r.Figures = []Figure{{Bad: true}} }, true},
		{"fails for a complaint", func(r *Report) { r.Complaints = []string{"something"} }, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := good
			test.spoil(&r)
			var out strings.Builder
			if err := r.Write(&out); err != nil {
				t.Fatal(err)
			}
			if r.Failed() != test.failed || strings.HasSuffix(out.String(), "\nFAILED\n") != test.failed {
				t.Errorf("failed %v:\n%s", r.Failed(), out.String())
			}
		})
	}
}

func TestTextsAreCompared(t *testing.T) {
	tests := []struct {
		name  string
		rows  []storedText
		seen  map[string]int
		want  Count
		doubt int
	}{
		{"stored and seen once", []storedText{{"a", "submitted", ""}}, map[string]int{"a": 1}, Count{Acknowledged: 1, Checked: 1}, 0},
		{"not stored", nil, nil, Count{Acknowledged: 1, Checked: 1, Lost: 1}, 0},
		{"sent, they say, and never seen", []storedText{{"a", "submitted", ""}}, nil, Count{Acknowledged: 1, Checked: 1, Lost: 1}, 0},
		{"seen twice", []storedText{{"a", "submitted", ""}}, map[string]int{"a": 2}, Count{Acknowledged: 1, Checked: 1, Doubled: 1}, 0},
		{"in doubt", []storedText{{"a", "unknown", "the server was killed"}}, nil, Count{Acknowledged: 1, Checked: 1}, 1},
		{"in doubt and seen twice", []storedText{{"a", "unknown", ""}}, map[string]int{"a": 2}, Count{Acknowledged: 1, Checked: 1, Doubled: 1}, 1},
		{"failed for no reason", []storedText{{"a", "failed", "x"}}, nil, Count{Acknowledged: 1, Checked: 1, Lost: 1}, 0},
		{"seen and sent by nobody", []storedText{{"a", "submitted", ""}}, map[string]int{"a": 1, "b": 1}, Count{Acknowledged: 1, Checked: 1, Lost: 1}, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			texts := &texts{sent: newLedger("")}
			texts.sent.outcome("a", true, nil)
			texts.compare(test.rows, test.seen)
			got, _ := texts.sent.show()
			if diff := cmp.Diff(test.want, got); diff != "" || texts.doubt != test.doubt {
				t.Errorf("in doubt %d\n%s", texts.doubt, diff)
			}
		})
	}
	t.Run("more in doubt than can have been claimed is bad", func(t *testing.T) {
		within, beyond := &texts{doubt: gatewayWindow}, &texts{doubt: gatewayWindow + 1}
		if within.figure(1).Bad || !beyond.figure(1).Bad {
			t.Error("the limit is another")
		}
	})
}

func TestRevocationsAreComparedWithBareNotifications(t *testing.T) {
	bare := []time.Duration{3 * time.Millisecond, time.Millisecond, 2 * time.Millisecond}
	for median, bad := range map[time.Duration]bool{slowestRevocation * 2 * time.Millisecond: false, slowestRevocation*2*time.Millisecond + 1: true} {
		n := &nodes{}
		n.compare(bare, []time.Duration{0, median, time.Hour}, 0)
		if n.figures[1].Bad != bad {
			t.Errorf("%v: %+v", median, n.figures[1])
		}
	}
}

func TestTheEnvironmentOfAServerIsReadAsAShellWould(t *testing.T) {
	got := readEnv("A='plain'\nB='it'\\''s'\nno line\n")
	if diff := cmp.Diff(map[string]string{"A": "plain", "B": "it's"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestNoSettingOfALiveServerReachesAChild(t *testing.T) {
	t.Setenv("LATCHKEY_DATA", "/var/lib/latchkey")
	t.Setenv("LATCHKEYS", "not ours")
	all := strings.Join(environment(), "\n")
	if strings.Contains(all, "LATCHKEY_DATA") || !strings.Contains(all, "LATCHKEYS=not ours") {
		t.Error(all)
	}
}
