package soap

import "time"

// DateTime is an xs:dateTime as it stood on the wire, or as it shall stand there.
type DateTime struct {
	Time     time.Time // in UTC when no zone was given; its clock reading is what is written
	DateOnly bool      // a bare date was read
	Zoned    bool      // a zone was read
}
