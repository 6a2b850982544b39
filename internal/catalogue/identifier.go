package catalogue

import (
	"strings"

	"latchkey/internal/problem"
)

// CheckIdentifier refuses (InvalidInput) an identifier that is not of the format that the type wants: an ESN has 11 digits, a
// MEID 18, an ICCID 18 to 22, an IMEI 15 of which the last is the check digit, a MAC address 12 hexadecimal digits with or
// without : or - between pairs.
func (t InventoryType) CheckIdentifier(identifier string) error {
	fits, wants := true, ""
	switch t.Format {
	case "ESN_DECIMAL":
		fits, wants = digits(identifier, 11), "an ESN of 11 digits"
	case "MEID_DECIMAL":
		fits, wants = digits(identifier, 18), "a MEID of 18 digits"
	case "ESN_OR_MEID_DECIMAL":
		fits, wants = digits(identifier, 11) || digits(identifier, 18), "an ESN of 11 or a MEID of 18 digits"
	case "ICCID_DECIMAL":
		fits = len(identifier) >= 18 && len(identifier) <= 22 && digits(identifier, len(identifier))
		wants = "an ICCID of 18 to 22 digits"
	case "IMEI_DECIMAL":
		fits, wants = digits(identifier, 15) && luhn(identifier), "an IMEI of 15 digits of which the last is the check digit"
	case "MAC_ADDRESS":
		fits, wants = isMAC(identifier), "a MAC address of 12 hexadecimal digits, with or without : or - between pairs"
	}
	if fits {
		return nil
	}
	return problem.New(problem.InvalidInput, "%q is no identifier of inventory type %d, which wants %s.", Quote(identifier), t.ID, wants)
}

// luhn reports whether the last of some digits is the check digit of the others (ISO/IEC 7812-1).
func luhn(number string) bool {
	sum := 0
	for i := range len(number) {
		digit := int(number[len(number)-1-i] - '0')
		if i%2 == 1 {
			digit = 2*digit/10 + 2*digit%10
		}
		sum += digit
	}
	return sum%10 == 0
}

// isMAC reports whether a text is a MAC address in one of its usual spellings.
func isMAC(text string) bool {
	for _, between := range []string{":", "-"} {
		if pairs := strings.Split(text, between); len(pairs) == 6 {
			for _, pair := range pairs {
				if len(pair) != 2 {
					return false
				}
			}
			text = strings.Join(pairs, "")
		}
	}
	return len(text) == 12 && strings.Trim(text, "0123456789abcdefABCDEF") == ""
}
