package config

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Size is a number of bytes. It is written as a whole number with or without one of the units KiB, MiB and GiB.
type Size int64

// The units a Size is written in.
const (
	KiB Size = 1 << 10
	MiB Size = 1 << 20
	GiB Size = 1 << 30
)

// UnmarshalText reads what String writes, and any whole number of bytes.
func (s *Size) UnmarshalText(text []byte) error {
	digits, unit := strings.TrimSpace(string(text)), Size(1)
	for _, known := range sizeUnits() {
		if rest, found := strings.CutSuffix(digits, known.name); found {
			digits, unit = strings.TrimSpace(rest), known.size
			break
		}
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n < 0 {
		return fmt.Errorf("%q is no size: write a whole number of bytes, or one with KiB, MiB or GiB behind it", text)
	}
	if n > int64((1<<63-1)/unit) {
		return errors.New("the size is too large for any machine")
	}
	*s = Size(n) * unit
	return nil
}

// String writes the size in the largest unit that divides it.
func (s Size) String() string {
	for _, unit := range sizeUnits() {
		if s != 0 && s%unit.size == 0 {
			return strconv.FormatInt(int64(s/unit.size), 10) + unit.name
		}
	}
	return strconv.FormatInt(int64(s), 10)
}

type sizeUnit struct {
	name string
	size Size
}

// sizeUnits lists the largest first.
func sizeUnits() []sizeUnit {
	return []sizeUnit{{"GiB", GiB}, {"MiB", MiB}, {"KiB", KiB}}
}
