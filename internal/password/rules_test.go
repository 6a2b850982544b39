package password

import (
	"strings"
	"testing"

	"latchkey/internal/problem"
)

func TestN18ANewPasswordIsAccepted(t *testing.T) {
	tests := map[string]string{
		"words in a row":                 "violet kettle under pavement",
		"digits alone":                   "82 71 93 50 46 17 3",
		"other alphabets":                "зелёный чайник под мостом",
		"random letters":                 "hvkqzjxwpyrbntd",
		"256 characters":                 strings.Repeat("qrtzvwxkjh-", 24)[:256],
		"characters outside the BMP":     "🦊 🐢 🐙 🦉 🐳 🐝 🦔 🐌",
		"a common word with much beside": "password kvzhrtqmwlx",
		"spaces at the ends":             "  kvzhrtqmwlx gxy ",
	}
	for name, password := range tests {
		t.Run(name, func(t *testing.T) {
			if err := CheckNew(password, "soap.user", "ACME"); err != nil {
				t.Errorf("%q: %v", password, err)
			}
		})
	}
}

func TestN18ANewPasswordIsRefused(t *testing.T) {
	tests := map[string]struct{ password, reason string }{
		"nothing":                              {"", "0 characters"},
		"14 characters":                        {"hvkqzjxwpyrbnt", "14 characters"},
		"14 characters in more bytes":          {"зелёный чайник", "14 characters"},
		"257 characters":                       {strings.Repeat("hvkqzjxwp", 40)[:257], "257 characters"},
		"one repeated character":               {"aaaaaaaaaaaaaaaaaaaa", "repeats"},
		"four characters in any order":         {"abcdabdcacbdadcb", "repeats"},
		"a short piece over and over":          {"hvkqz7hvkqz7hvkqz7", "repeats"},
		"a common password twice":              {"passwordpassword", "common"},
		"a common password and digits":         {"Password123456789", "common"},
		"a common password and a year":         {"letmein-letmein-2024!", "common"},
		"common passwords in other letters":    {"P4$$w0rdW3lc0me1", "common"},
		"a common password and many marks":     {"administrator!!!!!!!!", "common"},
		"the alphabet":                         {"abcdefghijklmnopqrstuvwxyz", "common"},
		"the alphabet backwards":               {"ZYXWVUTSRQPONML", "common"},
		"counting":                             {"1234567890123456", "common"},
		"a row of the keyboard":                {"qwertyuiopasdfghjkl", "common"},
		"the account's name and a little":      {"soap.user.zq1soap", "common"},
		"the account's name and the tenant's":  {"SoapUser@Acme2024", "common"},
		"the tenant's code over and over":      {"acme-acme_acme+acme", "common"},
		"the famous four words":                {"correct horse battery staple", "common"},
		"a control character":                  {"violet kettle\x00under", "typed"},
		"bytes that are not UTF-8":             {"violet kettle \xff under", "typed"},
		"what differs in letter case only":     {"AdMiNiStRaToRaDmIn", "common"},
		"a sequence within the account's name": {"soapuser987654321", "common"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			err := CheckNew(test.password, "soap.user", "ACME")
			if !problem.Has(err, problem.InvalidInput) || !strings.Contains(err.Error(), test.reason) {
				t.Fatalf("%q: error %v, want one that says %q", test.password, err, test.reason)
			}
			if test.password != "" && strings.Contains(err.Error(), test.password) {
				t.Errorf("the error repeats the password: %v", err)
			}
		})
	}
}

func TestCheckNewIgnoresNamesTooShortToMean(t *testing.T) {
	if err := CheckNew("violet kettle under pavement", "e", "le"); err != nil {
		t.Error(err)
	}
}

func TestCommonPasswordsAreKeptAsTheyAreCompared(t *testing.T) {
	for _, word := range strings.Fields(commonPasswords) {
		folded := string(undoSubstitutes([]rune(strings.ToLower(word))))
		if folded != word {
			t.Errorf("%s must be kept as %s", word, folded)
		}
	}
}
