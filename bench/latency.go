package main

import "fmt"

// latencies measures how long answers take while each racer has half of the load that it can bear. The messages go at
// times that were fixed before, and what is late counts from then: a server that stops for a moment is late for all who
// would have come, not only for those who were connected.
func latencies(o options, r *report, racers ...*racer) error {
	progress("latency at half load")
	loads := make([]load, len(racers))
	for i, one := range racers {
		loads[i] = one.load
		loads[i].rate = one.rates.median() / 2
	}
	percentiles := []float64{50, 99}
	figures := make([][]rounds, len(racers))
	for i := range figures {
		figures[i] = make([]rounds, len(percentiles))
	}
	for range o.rounds {
		for i, l := range loads {
			seen, err := l.run(o.round)
			if err != nil {
				return fmt.Errorf("%s: %w", racers[i].name, err)
			}
			for j, p := range percentiles {
				figures[i][j] = append(figures[i][j], seen.percentile(p).Seconds())
			}
		}
	}
	for i, one := range racers {
		progress("%s, at %s: p50 %s, p99 %s", one.name, perSecond(loads[i].rate),
			microseconds(figures[i][0].median()), microseconds(figures[i][1].median()))
	}
	for j, p := range percentiles {
		r.add(line{
			what: fmt.Sprintf("Sessions_Validate at half load, request log on, p%.0f, beside the limit at its half", p),
			ours: figures[0][j], beside: figures[1][j], unit: microseconds,
		})
	}
	return nil
}
