package messaging

import (
	"context"
	"time"
)

// catchUp is how late a profile may be looked at and still send what it could have sent by then. Later than that it has
// been idle, and nothing is saved up.
const catchUp = 250 * time.Millisecond

// mostCounted is how many parts the header of a part can count.
const mostCounted = 255

// allowance is how much of a profile's texts may be taken up now.
type allowance struct {
	profile Profile // as it was read last
	texts   int
	parts   int64 // only texts of at most so many parts

	paced    bool
	pace     Pace
	interval time.Duration // between two parts; zero: none
	tomorrow time.Time     // where a daily cap holds back
}

// allow looks at a profile's pace, over all nodes: rate and daily cap are counted in parts (rules P-5, P-6).
func (d *Dispatcher) allow(ctx context.Context, tx Tx, p Profile, now time.Time, places int) (a allowance, err error) {
	a = allowance{profile: p, texts: places, parts: mostCounted}
	if p.Rate == 0 && p.PartsPerDay == 0 {
		return a, nil
	}
	a.paced = true
	if a.pace, err = tx.LockPace(ctx, p.ID); err != nil {
		return allowance{}, err
	}
	// By a cap that was raised since p was read, the profile would rest until tomorrow, and nobody would wake it.
	if p, err = tx.Profile(ctx, p.ID); err != nil {
		return allowance{}, err
	}
	a.profile = p
	if a.pace.NextAt.After(now) {
		return allowance{}, nil
	}
	if now.Sub(a.pace.NextAt) > catchUp {
		a.pace.NextAt = now
	}
	if p.Rate > 0 {
		a.interval = time.Duration(int64(1000*time.Second) / p.Rate)
		a.texts = min(a.texts, 1+int(now.Sub(a.pace.NextAt)/a.interval))
	}
	if p.PartsPerDay > 0 {
		d.capDay(&a, p, now)
	}
	return a, nil
}

// capDay keeps an allowance within the day's cap. Where the largest texts could pass it, they are taken up one by one.
func (d *Dispatcher) capDay(a *allowance, p Profile, now time.Time) {
	today := midnight(now, d.settings.DayZone)
	if today.After(a.pace.Day) { // never back: on two sides of midnight two clocks would undo each other's count
		a.pace.Day, a.pace.Parts = today, 0
	}
	left := max(p.PartsPerDay-a.pace.Parts, 0)
	a.tomorrow = midnight(today.Add(36*time.Hour), d.settings.DayZone)
	if int64(a.texts)*a.parts > left {
		a.texts, a.parts = 1, left
	}
}

// midnight gives when the day of a time began in a zone; an unknown zone is UTC.
func midnight(at time.Time, zone string) time.Time {
	in, err := time.LoadLocation(zone)
	if err != nil {
		in = time.UTC
	}
	year, month, day := at.In(in).Date()
	return time.Date(year, month, day, 0, 0, 0, 0, in).UTC()
}

// tooLarge is how long a profile rests when what is left of its day is not enough for any text that waits.
const tooLarge = time.Second

// spend notes how many parts were taken up. none: there was no text that the allowance was enough for, although some wait; with
// a daily cap that is used up that lasts until the next day.
func (a allowance) spend(ctx context.Context, tx Tx, parts int64, none bool) error {
	if !a.paced {
		return nil
	}
	a.pace.NextAt = a.pace.NextAt.Add(time.Duration(parts) * a.interval)
	a.pace.Parts += parts
	switch {
	case !none || a.tomorrow.IsZero():
	case a.parts == 0:
		a.pace.NextAt = a.tomorrow
	case a.parts < mostCounted:
		a.pace.NextAt = a.pace.NextAt.Add(tooLarge)
	}
	return tx.SetPace(ctx, a.pace)
}

// pause is how long a gateway rests. The zero value doesn't.
type pause struct {
	until time.Time
	last  time.Duration // how long it was; zero once something was taken since
}

// extend makes a gateway rest after an answer to what was submitted at a time. Answers to what was submitted before the
// rest was over belong to it; one after a rest for the same reason doubles it (rules P-4).
func (p *pause) extend(submitted, now time.Time, wish, longest time.Duration, double bool) {
	if submitted.Before(p.until) {
		return
	}
	if double && p.last > 0 {
		wish = max(wish, min(2*p.last, longest))
	}
	p.until, p.last = now.Add(wish), wish
}

// paused gives until when the gateway rests; zero when it doesn't.
func (l *lane) paused() time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.pause.until.After(l.d.now()) {
		return l.pause.until
	}
	return time.Time{}
}
