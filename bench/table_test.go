package main

import (
	"bytes"
	"strings"
	"testing"
)

func TestARatioIsTakenRoundByRound(t *testing.T) {
	l := line{ours: rounds{10, 40, 30}, beside: rounds{20, 20, 10}}
	if got := l.judged().median(); got != 2 {
		t.Errorf("the median of 0.5, 2 and 3 is said to be %v", got)
	}
}

func TestTheReportSaysWhatDoesNotHold(t *testing.T) {
	for _, c := range []struct {
		name  string
		line  line
		holds bool
		says  string
	}{
		{"a ratio that is reached", line{ours: rounds{8}, beside: rounds{10}, wanted: 0.7}, true, "≥ 0.70  holds"},
		{"a ratio that is missed", line{ours: rounds{6}, beside: rounds{10}, wanted: 0.7}, false, "≥ 0.70  DOES NOT HOLD"},
		{"a ratio that is kept", line{ours: rounds{20}, beside: rounds{10}, wanted: 3, most: true}, true, "≤ 3.00  holds"},
		{"a ratio that is passed", line{ours: rounds{40}, beside: rounds{10}, wanted: 3, most: true}, false, "≤ 3.00  DOES NOT HOLD"},
		{"a figure that is passed", line{ours: rounds{500}, wanted: 450, most: true}, false, "≤ 450/s  DOES NOT HOLD"},
		{"a ratio of which nothing is wanted", line{ours: rounds{1}, beside: rounds{10}}, true, "0.10"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.line.what, c.line.unit = "this", perSecond
			var r report
			r.add(c.line)
			var out bytes.Buffer
			if holds := r.print(&out); holds != c.holds || !strings.Contains(out.String(), c.says) {
				t.Errorf("%v:\n%s", holds, out.String())
			}
		})
	}
	t.Run("a drill that failed", func(t *testing.T) {
		r := report{failed: true}
		if r.print(&bytes.Buffer{}) {
			t.Error("the report is good")
		}
	})
}
