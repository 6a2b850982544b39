package revio

import (
	"time"

	"latchkey/internal/access"
	"latchkey/internal/problem"
	"latchkey/internal/soap"
)

// clock reads and writes dates as they stand on a tenant's clock: what comes without a zone is meant there, and what goes
// out says none (contract.yaml dates).
type clock struct{ zone *time.Location }

// clockOf gives the clock of a tenant, or NotConfigured when its zone is not known.
func clockOf(tenant access.Tenant) (clock, error) {
	zone, err := time.LoadLocation(tenant.TimeZone)
	if err != nil {
		return clock{}, problem.New(problem.NotConfigured, "The client's time zone is not known; an operator has to set it.")
	}
	return clock{zone}, nil
}

// read gives the moment of a date; a bare date is the midnight with which the day begins. Nil gives the zero time, and so
// does 0001-01-01T00:00:00, which .NET sends for a date without a value.
func (k clock) read(d *soap.DateTime) time.Time {
	switch {
	case d == nil || d.Time.IsZero():
		return time.Time{}
	case d.Zoned:
		return d.Time
	}
	t := d.Time
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), k.zone)
}

// readEnd gives the moment at which a date is over: of a bare date the midnight with which the next day begins.
func (k clock) readEnd(d *soap.DateTime) time.Time {
	if d == nil || d.Time.IsZero() || !d.DateOnly {
		return k.read(d)
	}
	return time.Date(d.Time.Year(), d.Time.Month(), d.Time.Day()+1, 0, 0, 0, 0, k.zone)
}

// write gives the date of a moment for a member that cannot be nil: the zero time becomes 0001-01-01T00:00:00, which is
// what .NET sends for a date without a value (contract/revio findings, a).
func (k clock) write(t time.Time) soap.DateTime {
	if t.IsZero() {
		return soap.DateTime{}
	}
	return soap.DateTime{Time: t.In(k.zone)}
}

// writeIf gives the date of a moment, and nil for the zero time.
func (k clock) writeIf(t time.Time) *soap.DateTime {
	if t.IsZero() {
		return nil
	}
	return &soap.DateTime{Time: t.In(k.zone)}
}
