package telecom

import (
	"strings"

	"latchkey/internal/problem"
)

// checkFormat refuses (InvalidInput) an identifier that is not of the format that an inventory type wants; its texts are
// those of Enum_Inventory_Type_Format. Blanks around it don't count.
func checkFormat(format, identifier string) error {
	identifier = strings.TrimSpace(identifier)
	wants := ""
	switch format {
	case "", "NONE":
	case "ESN_DECIMAL":
		wants = unless(digits(identifier, 11, 11), "an ESN of 11 digits")
	case "MEID_DECIMAL":
		wants = unless(digits(identifier, 18, 18), "a MEID of 18 digits")
	case "ESN_OR_MEID_DECIMAL":
		wants = unless(digits(identifier, 11, 11) || digits(identifier, 18, 18), "an ESN of 11 or a MEID of 18 digits")
	case "ICCID_DECIMAL":
		wants = unless(digits(identifier, 18, 22), "an ICCID of 18 to 22 digits")
	case "IMEI_DECIMAL":
		wants = unless(digits(identifier, 15, 15) && luhn(identifier), "an IMEI of 15 digits of which the last is the check digit")
	case "MAC_ADDRESS":
		wants = unless(isMAC(identifier), "a MAC address of 12 hexadecimal digits, with or without : or - between pairs")
	default:
		return problem.New(problem.InvalidInput, "%q is no format of identifiers.", format)
	}
	if wants == "" {
		return nil
	}
	return problem.New(problem.InvalidInput, "%q is no identifier of this type, which is %s.", identifier, wants)
}

func unless(fine bool, wanted string) string {
	if fine {
		return ""
	}
	return wanted
}

// digits reports whether a text is all ASCII digits, of which there are so many.
func digits(text string, least, most int) bool {
	return len(text) >= least && len(text) <= most && strings.Trim(text, "0123456789") == ""
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
