package catalogue

import (
	"slices"
	"strings"
)

// Words are what codes in a catalogue may be: the vendor's lists, which the dialect that speaks them has. What no list says
// may be anything; so the zero value lets every code pass.
type Words struct {
	ProviderCodes    []string // Enum_Carrier_Code
	ProductTypeCodes []string // Enum_Product_Type_Code
	Countries        []string // Enum_Country_Code
}

// among looks that a code, if there is one, is a word of a list.
func (s subject) among(what, code, list string, words []string) {
	if code == "" || words == nil || slices.Contains(words, code) {
		return
	}
	if near, ok := nearest(code, words); ok {
		s.fault("%s is one of %s, not %q; did you mean %s?", what, list, code, near)
		return
	}
	s.fault("%s is one of %s, not %q; the service description at ?WSDL lists them", what, list, code)
}

// nearest gives the word that is most like a text; false when none is like it.
func nearest(text string, words []string) (near string, ok bool) {
	least := len(text)/3 + 1
	for _, word := range words {
		if d := distance(strings.ToUpper(text), strings.ToUpper(word)); d < least {
			near, least, ok = word, d, true
		}
	}
	return near, ok
}

// distance counts the letters to be put in, taken out or changed to make one text of the other.
func distance(from, to string) int {
	row := make([]int, len(to)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(from) {
		above := row[0]
		row[0] = i + 1
		for j := range len(to) {
			cost := above
			if from[i] != to[j] {
				cost++
			}
			above = row[j+1]
			row[j+1] = min(cost, row[j]+1, above+1)
		}
	}
	return row[len(to)]
}
