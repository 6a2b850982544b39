package optout

import (
	"slices"
	"strings"
	"unicode"
)

// Meaning is what a person's text means for opt-outs.
type Meaning string

// The meanings.
const (
	MeansNothing Meaning = ""
	MeansStop    Meaning = "stop"
	MeansStart   Meaning = "start"
	MeansHelp    Meaning = "help"
	MeansWish    Meaning = "wish" // it may be meant as a stop; somebody has to read it (rules L-1)
)

// stopWords is the union of what networks and providers take for STOP (rules L-7) and of the words that the law names
// (rules L-1). A text that is one of them, and nothing else, closes the number.
func stopWords() []string {
	return []string{
		"stop", "stop all", "stopall", "unsubscribe", "end", "quit", "cancel", "revoke", "opt out", "optout", "remove", "td",
		"arret", "arrêt",
	}
}

// strongWords close the number also as the first word of a text in which only courtesies follow, such as "stop texting me
// please". Of the others "end", "cancel" and "td" begin too many harmless sentences.
func strongWords() []string {
	return []string{"stop", "stop all", "stopall", "unsubscribe", "quit", "revoke", "opt out", "optout", "remove", "cancel", "end"}
}

// courtesies are the words that may follow a strong word without changing what it means.
func courtesies() []string {
	return []string{
		"please", "pls", "plz", "now", "it", "this", "these", "them", "all", "me", "my", "number", "texting", "texts", "text",
		"messaging", "messages", "message", "msgs", "msg", "sms", "sending", "contacting", "bothering", "spamming", "spam",
		"thanks", "thank", "you", "immediately", "from", "your", "list", "the", "any", "more", "and", "ok", "already",
		"everything", "us", "to", "alerts", "notifications", "subscription", "stop", "unsubscribe", "remove",
	}
}

// startWords open the number again, alone in a text. A mere YES does not: it may answer anything.
func startWords() []string { return []string{"start", "unstop", "opt in", "optin", "resume"} }

func helpWords() []string { return []string{"help", "info", "aide"} }

// wishes are pieces of texts that a reasonable person may read as a wish to be left alone.
func wishes() []string {
	return []string{
		"stop", "unsubscribe", "opt out", "optout", "opt me out", "remove me", "remove my", "remove this number", "take me off",
		"leave me alone", "do not text", "dont text", "do not contact", "dont contact", "do not message", "dont message",
		"do not send", "dont send", "no more texts", "no more messages", "not interested", "wrong number", "wrong person",
		"quit texting", "cease", "lose my number", "revoke", "harass", "do not call", "dont call", "no longer want",
		"dont want", "do not want", "delete my number", "go away",
	}
}

// Read says what a person's text means, and by which word. Letter case, outer white space and punctuation don't count
// (rules L-7). extra are further words that mean stop. A text that begins with a strong word and goes on with courtesies
// only is a stop; one that goes on otherwise ("stop by tomorrow"), or holds one of the wishes, is for somebody to read; "end
// of month is fine" means nothing.
func Read(text string, extra []string) (Meaning, string) {
	words := plain(text)
	all := strings.Join(words, " ")
	is := func(list []string) bool { return slices.Contains(list, all) }
	stops := stopWords()
	for _, word := range extra {
		stops = append(stops, strings.Join(plain(word), " "))
	}
	switch {
	case all == "":
		return MeansNothing, ""
	case is(stops):
		return MeansStop, all
	case is(startWords()):
		return MeansStart, all
	case is(helpWords()):
		return MeansHelp, all
	}
	for _, strong := range strongWords() {
		if rest, ok := strings.CutPrefix(all, strong+" "); ok && onlyCourtesies(rest) {
			return MeansStop, strong
		}
	}
	for _, wish := range wishes() {
		if strings.Contains(" "+all+" ", " "+wish) {
			return MeansWish, wish
		}
	}
	return MeansNothing, ""
}

func onlyCourtesies(text string) bool {
	known := courtesies()
	return !slices.ContainsFunc(strings.Fields(text), func(word string) bool { return !slices.Contains(known, word) })
}

// plain gives the words of a text in lower case, without anything but letters and digits; an apostrophe joins.
func plain(text string) []string {
	text = strings.Map(func(r rune) rune {
		if r == '\'' || r == '’' {
			return -1
		}
		return unicode.ToLower(r)
	}, text)
	return strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.Is(unicode.Mn, r) })
}
