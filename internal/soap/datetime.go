package soap

import "time"

// DateTime is an xs:dateTime as it stood on the wire, or as it shall stand there. It is written without a zone, as
// the original does (contract.yaml, common.dates), so Time must be in the zone whose clock the reader is to see. The
// zero value is written as 0001-01-01T00:00:00.
type DateTime struct {
	Time     time.Time // in UTC when no zone was given: its clock reading is what stood on the wire
	DateOnly bool      // a bare date was read; the time is midnight
	Zoned    bool      // a zone was read, and Time is in it
}

// parseDateTime reads yyyy-MM-dd, or yyyy-MM-ddTHH:mm:ss with or without a fraction and a zone. Digits of the
// fraction beyond nanoseconds are dropped.
func parseDateTime(b []byte) (DateTime, bool) {
	year, ok1 := digits(b, 0, 4, '-')
	month, ok2 := digits(b, 5, 2, '-')
	day, ok3 := digits(b, 8, 2, 'T')
	if !ok1 || !ok2 || !ok3 || year == 0 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month) {
		return DateTime{}, false
	}
	if len(b) == len("2006-01-02") {
		return DateTime{Time: time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC), DateOnly: true}, true
	}
	hour, ok1 := digits(b, 11, 2, ':')
	minute, ok2 := digits(b, 14, 2, ':')
	second, ok3 := digits(b, 17, 2, 0)
	if !ok1 || !ok2 || !ok3 || hour > 23 || minute > 59 || second > 59 {
		return DateTime{}, false
	}
	rest := b[19:]
	nanosecond, rest, ok := fraction(rest)
	if !ok {
		return DateTime{}, false
	}
	zone, zoned, ok := parseZone(rest)
	if !ok {
		return DateTime{}, false
	}
	return DateTime{
		Time:  time.Date(year, time.Month(month), day, hour, minute, second, nanosecond, zone),
		Zoned: zoned,
	}, true
}

// digits reads n digits at a place, and what must follow them unless they end the text: 0 stands for anything.
func digits(b []byte, at, n int, then byte) (int, bool) {
	if len(b) < at+n || then != 0 && len(b) > at+n && b[at+n] != then {
		return 0, false
	}
	number := 0
	for _, c := range b[at : at+n] {
		if c < '0' || c > '9' {
			return 0, false
		}
		number = number*10 + int(c-'0')
	}
	return number, true
}

// daysIn returns how many days a month has.
func daysIn(year, month int) int {
	return time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// fraction reads a fraction of a second, if there is one, in nanoseconds.
func fraction(b []byte) (nanosecond int, rest []byte, ok bool) {
	if len(b) == 0 || b[0] != '.' {
		return 0, b, true
	}
	i := 1
	for scale := 100_000_000; i < len(b) && b[i] >= '0' && b[i] <= '9'; i++ {
		nanosecond += int(b[i]-'0') * scale
		scale /= 10
	}
	return nanosecond, b[i:], i > 1
}

// parseZone reads nothing, Z, or +hh:mm.
func parseZone(b []byte) (zone *time.Location, zoned, ok bool) {
	if len(b) == 0 {
		return time.UTC, false, true
	}
	if string(b) == "Z" {
		return time.UTC, true, true
	}
	hour, ok1 := digits(b, 1, 2, ':')
	minute, ok2 := digits(b, 4, 2, 0)
	if len(b) != len("+00:00") || !ok1 || !ok2 || b[0] != '+' && b[0] != '-' || minute > 59 || hour*60+minute > 14*60 {
		return nil, false, false
	}
	seconds := (hour*60 + minute) * 60
	if b[0] == '-' {
		seconds = -seconds
	}
	if seconds == 0 {
		return time.UTC, true, true
	}
	return time.FixedZone("", seconds), true, true
}

// appendDateTime writes yyyy-MM-ddTHH:mm:ss and a fraction when the value has one, without zeros at its end.
func appendDateTime(b []byte, t time.Time) []byte {
	return t.AppendFormat(b, "2006-01-02T15:04:05.999999999")
}
