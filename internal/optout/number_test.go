package optout_test

import (
	"testing"

	"latchkey/internal/optout"
)

func TestP14TenDigitsAreANumberByTheirForm(t *testing.T) {
	cases := []struct{ text, list, number string }{
		{"8504700000", "+18504700000", "+18504700000"},
		{" 8504700000 ", "+18504700000", "+18504700000"},
		{"1234567890", "+11234567890", "+11234567890"},
		{"18504700000", "18504700000", "+18504700000"},
		{"+18504700000", "+18504700000", "+18504700000"},
		{"(850) 470-0000", "(850) 470-0000", "+18504700000"},
		{"+44 20 7946 0000", "+44 20 7946 0000", "+442079460000"},
		{"442079460000", "442079460000", "+442079460000"},
		{"67312", "67312", "67312"},
		{"Latchkey", "Latchkey", "latchkey"},
		{"８５０４７０００００", "８５０４７０００００", "８５０４７０００００"},
	}
	for _, c := range cases {
		if list, number := optout.ListKey(c.text), optout.NumberKey(c.text); list != c.list || number != c.number {
			t.Errorf("%q is %q on the list and %q as a number, want %q and %q", c.text, list, number, c.list, c.number)
		}
	}
}

func TestMaskHidesTheMiddle(t *testing.T) {
	for number, want := range map[string]string{
		"+18504700000": "+1850****000", "67312": "***", "": "***", "somebody's name": "***", "８５０４７０００００": "***",
	} {
		if got := optout.Mask(number); got != want {
			t.Errorf("%q is shown as %q, want %q", number, got, want)
		}
	}
}
