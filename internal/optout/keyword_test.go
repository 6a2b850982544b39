package optout_test

import (
	"testing"

	"latchkey/internal/optout"
)

func TestL7WordsAreReadInAnyCaseWithoutPunctuation(t *testing.T) {
	cases := map[optout.Meaning][]string{
		optout.MeansStop: {
			"STOP", "stop", " Stop. ", "STOP!!!", "“stop”", "Stop\n", "STOPALL", "stop all", "STOP-ALL", "Unsubscribe", "END", "quit",
			"Cancel", "REVOKE", "optout", "OPT-OUT", "opt out", "Remove", "td", "ARRET", "Arrêt", "arre\u0302t", "stop please",
			"Stop texting me", "STOP sending me messages, thanks", "unsubscribe me", "remove my number", "cancel texts", "BASTA",
			"Ba\u0301sta ya", "Please stop", "please stop texting me", "Ok, thanks, quit", "STOP 67312", "Stop, wrong person", "S.T.O.P.",
			"s t o p", "please cancel", "end 2", "stop this nonsense", "cancel these thx", "Unsubscribe my wife",
		},
		optout.MeansStart: {"START", "start!", "UNSTOP", "opt in"},
		optout.MeansHelp:  {"HELP", "help?", "info"},
		optout.MeansWish: {
			"stop by tomorrow", "please don't text me again", "Don’t text", "take me off", "I want you to stop", "wrong number",
			"quit bugging me", "please cancel everything you have on me", "Can you remove my wife", "I revoke it",
			"end of story, quit it", "I will END this",
		},
		optout.MeansNothing: {
			"", "end of month is fine", "Yes", "cancel my appointment", "thanks", "the ending was good", "helpful", "👍",
			"please start", "at the end of May", "please cancel my appointment", "a b c",
		},
	}
	for want, texts := range cases {
		for _, text := range texts {
			if got, word := optout.Read(text, []string{"Basta", "Básta ya"}); got != want {
				t.Errorf("%q means %q (by %q), want %q", text, got, word, want)
			}
		}
	}
}
