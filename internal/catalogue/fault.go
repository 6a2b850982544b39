package catalogue

import (
	"fmt"
	"math"
	"strings"

	"github.com/shopspring/decimal"

	"latchkey/internal/access"
	"latchkey/internal/naming"
	"latchkey/internal/problem"
)

// mostFaults is how many faults are told of one import.
const mostFaults = 50

// faults collects what is wrong with an import.
type faults struct {
	told  []string
	count int
}

func (f *faults) add(entry, what string) {
	f.count++
	if len(f.told) < mostFaults {
		f.told = append(f.told, entry+": "+what)
	}
}

// err gives the faults as one problem, or nil when there are none.
func (f *faults) err() error {
	if f.count == 0 {
		return nil
	}
	words := "is 1 fault"
	if f.count > 1 {
		words = fmt.Sprintf("are %d faults", f.count)
	}
	lines := strings.Join(f.told, "\n  ")
	if hidden := f.count - len(f.told); hidden > 0 {
		lines += fmt.Sprintf("\n  and %d more", hidden)
	}
	return problem.New(problem.InvalidInput, "there %s in it, and nothing was written:\n  %s", words, lines)
}

// subject is the entry that is looked at.
type subject struct {
	faults *faults
	entry  string // its kind and id
}

func (s subject) fault(format string, args ...any) {
	s.faults.add(s.entry, fmt.Sprintf(format, args...))
}

// take adds what a rule refuses.
func (s subject) take(err error) {
	if err != nil {
		s.faults.add(s.entry, err.Error())
	}
}

func (s subject) name(what, name string) { s.take(naming.Check(what, name)) }

// text looks at a text that may be empty.
func (s subject) text(what, text string, most int) { s.take(CheckText(what, text, most)) }

// code looks at a code that may be empty.
func (s subject) code(what, code string) {
	if strings.TrimSpace(code) != code || strings.ContainsAny(code, " \t\r\n") {
		s.fault("%s is one word, not %q", what, code)
	}
	s.text(what, code, longestName)
}

func (s subject) money(what string, amount decimal.Decimal) { s.take(CheckMoney(what, amount)) }

// number looks at a number that may be zero.
func (s subject) number(what string, n int64) {
	if n < 0 || n > math.MaxInt32 {
		s.fault("%s is a number from 0 to %d, not %d", what, math.MaxInt32, n)
	}
}

// word looks at a word that is one of several, or empty.
func (s subject) word(what, word string, words ...string) {
	for _, w := range words {
		if word == w || word == "" {
			return
		}
	}
	s.fault("%s is one of %s, not %q", what, strings.Join(words, ", "), word)
}

func (s subject) state(state string) {
	if state != "" && !letters(state, 2) {
		s.fault("its state is two letters such as GA, not %q", state)
	}
}

// class looks at the class of customers that something is for.
func (s subject) class(class string) { s.word("its class", class, "Business", "Residential") }

// each looks at the entries of a kind: at their ids, and with look at the rest.
func each[K ~int64, E any](f *faults, kind string, entries []E, id func(E) K, look func(subject, E)) {
	seen := make(map[K]bool, len(entries))
	for _, e := range entries {
		s := subject{f, fmt.Sprintf("%s %d", kind, id(e))}
		s.id(int64(id(e)))
		if seen[id(e)] {
			s.fault("it is there twice; leave one of the two out")
		}
		seen[id(e)] = true
		look(s, e)
	}
}

// id looks at an entry's own id. It travels as a 32-bit number.
func (s subject) id(id int64) {
	if id <= 0 || id > math.MaxInt32 {
		s.fault("an id is a number from 1 to %d", math.MaxInt32)
	}
}

// refers looks at an id that must name an entry.
func refers[K ~int64, E any](s subject, kind string, id K, find func(K) (E, bool)) {
	if _, ok := find(id); ok {
		return
	}
	if id == 0 {
		s.fault("it names no %s; every one has one", kind)
		return
	}
	s.fault("there is no %s %d; write it into the import too, or name another", kind, id)
}

// mayRefer looks at an id that names an entry or is zero.
func mayRefer[K ~int64, E any](s subject, kind string, id K, find func(K) (E, bool)) {
	if id != 0 {
		refers(s, kind, id, find)
	}
}

// allRefer looks at ids of which each must name another entry.
func allRefer[K ~int64, E any](s subject, kind string, ids []K, find func(K) (E, bool)) {
	seen := make(map[K]bool, len(ids))
	for _, id := range ids {
		if seen[id] {
			s.fault("it names the %s %d twice; once is enough", kind, id)
			continue
		}
		seen[id] = true
		refers(s, kind, id, find)
	}
}

// distinct looks at words of which none may come twice.
func (s subject) distinct(what string, words []string) {
	seen := make(map[string]bool, len(words))
	for _, w := range words {
		if seen[access.Fold(w)] {
			s.fault("%s %s is named twice; once is enough", what, w)
		}
		seen[access.Fold(w)] = true
	}
}
