package telecom_test

import (
	"testing"

	"pgregory.net/rapid"

	"latchkey/internal/telecom"
)

func TestNumberKey(t *testing.T) {
	for text, want := range map[string]string{
		"4045550100": "4045550100", "(404) 555-0100": "4045550100", "404.555.0100": "4045550100", " 404/555 0100 ": "4045550100",
		"+1 404 555 0100": "4045550100", "14045550100": "4045550100", "24045550100": "24045550100", "+49 30 901820": "4930901820",
		"555-0100": "5550100", "911": "911", "9-11": "9-11", "+": "+", "": "", "Line A ": "line a", "404-555-0100 x7": "404-555-0100 x7",
		"10.11.11.11": "10.11.11.11", "101.1.11.11": "101.1.11.11", "10.11.11.11/24": "10.11.11.11/24", "1.404.555.0100": "4045550100",
		"1234567890123456": "1234567890123456", "٤٠٤٥٥٥٠١٠٠": "٤٠٤٥٥٥٠١٠٠",
	} {
		t.Run(text, func(t *testing.T) {
			if got := telecom.NumberKey(text); got != want {
				t.Errorf("NumberKey(%q) = %q, want %q", text, got, want)
			}
		})
	}
}

func TestNumberKeyOfAKeyIsTheKey(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[-+. ()0-9]{0,18}`)).Draw(t, "text")
		key := telecom.NumberKey(text)
		if again := telecom.NumberKey(key); again != key {
			t.Errorf("the key of %q is %q, and the key of that %q", text, key, again)
		}
	})
}
