package catalogue_test

import (
	"testing"

	"latchkey/internal/catalogue"
	"latchkey/internal/problem"
)

func TestAnIdentifierIsOfTheFormatOfItsType(t *testing.T) {
	for format, identifiers := range map[string]struct{ fine, refused []string }{
		"":                    {fine: []string{"anything at all"}},
		"NONE":                {fine: []string{"x", "12"}},
		"ESN_DECIMAL":         {fine: []string{"01234567890"}, refused: []string{"0123456789", "012345678901", "0123456789A", "０1234567890"}},
		"MEID_DECIMAL":        {fine: []string{"123456789012345678"}, refused: []string{"12345678901234567", "1234567890123456789"}},
		"ESN_OR_MEID_DECIMAL": {fine: []string{"01234567890", "123456789012345678"}, refused: []string{"123456789012", "x"}},
		"ICCID_DECIMAL": {
			fine:    []string{"890126032199999999", "89012603219999999999", "8901260321999999999912"},
			refused: []string{"89012603219999999", "89012603219999999999123", "89014103211118510F20"},
		},
		"IMEI_DECIMAL": {fine: []string{"490154203237518", "356938035643809"}, refused: []string{"490154203237517", "49015420323751", "4901542032375180"}},
		"MAC_ADDRESS": {
			fine:    []string{"00:1B:44:11:3A:B7", "00-1b-44-11-3a-b7", "001B44113AB7"},
			refused: []string{"00:1B:44:11:3A", "00:1B-44:11:3A:B7", "0:01B:44:11:3A:B7", "001B44113ABG", "00.1B.44.11.3A.B7"},
		},
	} {
		t.Run("the format "+format, func(t *testing.T) {
			kind := catalogue.InventoryType{ID: 7, Format: format}
			for _, fine := range identifiers.fine {
				if err := kind.CheckIdentifier(fine); err != nil {
					t.Errorf("%q is refused: %v", fine, err)
				}
			}
			for _, refused := range identifiers.refused {
				if err := kind.CheckIdentifier(refused); !problem.Has(err, problem.InvalidInput) {
					t.Errorf("%q is taken: %v", refused, err)
				}
			}
		})
	}
}
