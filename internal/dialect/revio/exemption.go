package revio

import "slices"

// exemption is one of the two enumerations of tax exemptions (seed 001).
type exemption interface {
	~string
	Members() []string
}

// exemptionsTold writes the tax exemptions that an enumeration has. Others are never told: those that the seed keeps for
// operators, and those that are left of another tax engine.
func exemptionsTold[Word exemption](exemptions []string) []Word {
	var (
		told  []Word
		known = Word("").Members()
	)
	for _, e := range exemptions {
		if slices.Contains(known, e) {
			told = append(told, Word(e))
		}
	}
	return told
}

// exemptionsAfter gives tax exemptions after a request: the given ones in place of all that can be told. An absent list changes
// nothing.
func exemptionsAfter[Word exemption](exemptions []string, given []Word) []string {
	if given == nil {
		return exemptions
	}
	known := Word("").Members()
	after := slices.DeleteFunc(slices.Clone(exemptions), func(e string) bool { return slices.Contains(known, e) })
	for _, e := range given {
		after = append(after, string(e))
	}
	return after
}
