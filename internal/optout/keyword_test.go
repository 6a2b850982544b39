package optout_test

import (
	"testing"

	"latchkey/internal/optout"
)

func TestL7WordsAreReadInAnyCaseWithoutPunctuation(t *testing.T) {
	cases := map[optout.Meaning][]string{
		optout.MeansStop: {
			"STOP", "stop", " Stop. ", "STOP!!!", "“stop”", "Stop\n", "STOPALL", "stop all", "STOP-ALL", "Unsubscribe", "END", "quit",
			"Cancel", "REVOKE", "optout", "OPT-OUT", "opt out", "Remove", "td", "ARRET", "Arrêt", "stop please", "Stop texting me",
			"STOP sending me messages, thanks", "unsubscribe me", "remove my number", "cancel texts", "BASTA",
		},
		optout.MeansStart:   {"START", "start!", "UNSTOP", "opt in"},
		optout.MeansHelp:    {"HELP", "help?", "info"},
		optout.MeansWish:    {"stop by tomorrow", "please don't text me again", "Don’t text", "take me off", "I want you to stop", "wrong number"},
		optout.MeansNothing: {"", "end of month is fine", "Yes", "cancel my appointment", "thanks", "the ending was good", "helpful", "👍"},
	}
	for want, texts := range cases {
		for _, text := range texts {
			if got, word := optout.Read(text, []string{"Basta"}); got != want {
				t.Errorf("%q means %q (by %q), want %q", text, got, word, want)
			}
		}
	}
}
