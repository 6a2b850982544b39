package telecom

import (
	"net/netip"
	"strings"

	"latchkey/internal/access"
)

// NumberKey gives the form in which numbers of services are compared. What can be a telephone number, 7 to 15 digits, counts
// without its punctuation, and 11 digits that begin with 1 are the 10 behind it; everything else, an address of the internet
// too, counts by access.Fold.
func NumberKey(text string) string {
	digits := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" +-./()\t", r) {
			return -1
		}
		return r
	}, text)
	if len(digits) < 7 || len(digits) > 15 || strings.Trim(digits, "0123456789") != "" || isAddress(text) {
		return access.Fold(text)
	}
	if len(digits) == 11 && digits[0] == '1' {
		return digits[1:]
	}
	return digits
}

// isAddress tells 10.11.11.11 from a telephone number written with dots.
func isAddress(text string) bool {
	address, _, _ := strings.Cut(strings.TrimSpace(text), "/")
	_, err := netip.ParseAddr(address)
	return err == nil
}
