package optout

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
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

// firstWords close the number as the first word of any text (rules L-7), but for the harmless phrases.
func firstWords() []string { return []string{"stop", "stop all", "stopall", "unsubscribe"} }

// strongWords close the number also as the first word of a text in which only courtesies or digits follow, such as "quit
// texting me please". With anything else around it, each is a wish.
func strongWords() []string {
	return append(firstWords(), "quit", "revoke", "opt out", "optout", "remove", "cancel", "end")
}

// harmless are phrases in which a strong word says nothing about texts. Those that begin with "stop" only keep the text from
// being a stop: somebody reads it all the same.
func harmless() []string {
	return []string{
		"end of", "end up", "end in", "ends", "the end", "by end", "at end", "year end", "month end", "front end", "back end",
		"cancel my appointment", "cancel the appointment", "cancel my order", "cancel the order", "cancel my visit",
	}
}

func harmlessStops() []string {
	return []string{"stop by", "stop in", "stop over", "stop at", "stop sign", "stop light", "stop and"}
}

// openings are the courtesies that may stand before a word without changing what it means.
func openings() []string {
	return []string{
		"please", "pls", "plz", "kindly", "ok", "okay", "hi", "hello", "hey", "sorry", "just", "now", "no", "thanks", "thank", "thx",
		"you", "and", "so",
	}
}

// courtesies are the words that may follow a strong word without changing what it means.
func courtesies() []string {
	return []string{
		"please", "pls", "plz", "now", "it", "this", "these", "them", "all", "me", "my", "number", "texting", "texts", "text",
		"messaging", "messages", "message", "msgs", "msg", "sms", "sending", "contacting", "bothering", "spamming", "spam",
		"thanks", "thank", "thx", "ty", "you", "immediately", "from", "your", "list", "the", "any", "more", "and", "ok", "already",
		"everything", "us", "to", "alerts", "notifications", "subscription", "stop", "unsubscribe", "remove",
	}
}

// startWords open the number again, alone in a text. A mere YES does not: it may answer anything.
func startWords() []string { return []string{"start", "unstop", "opt in", "optin", "resume"} }

func helpWords() []string { return []string{"help", "info", "aide"} }

// wishes are pieces of texts that a reasonable person may read as a wish to be left alone.
func wishes() []string {
	return []string{
		"stop", "unsubscrib", "revok", "opt out", "optout", "opt me out", "take me off",
		"leave me alone", "do not text", "dont text", "do not contact", "dont contact", "do not message", "dont message",
		"do not send", "dont send", "no more texts", "no more messages", "not interested", "wrong number", "wrong person",
		"cease", "lose my number", "harass", "do not call", "dont call", "no longer want",
		"dont want", "do not want", "delete my number", "go away",
	}
}

// Read says what a person's text means, and by which word. Letter case, outer white space, punctuation and courtesies in front
// don't count (rules L-7). extra are further words that mean stop. A text that begins with "stop" or "unsubscribe" is a stop,
// and so is one that begins with another strong word and goes on with courtesies or digits only. One that holds a strong word
// otherwise, or one of the wishes, is for somebody to read; "end of month is fine" means nothing.
func Read(text string, extra []string) (Meaning, string) {
	words := plain(text)
	all := strings.Join(words, " ")
	stops := stopWords()
	for _, word := range extra {
		stops = append(stops, strings.Join(plain(word), " "))
	}
	switch {
	case all == "":
		return MeansNothing, ""
	case slices.Contains(stops, all):
		return MeansStop, all
	case slices.Contains(startWords(), all):
		return MeansStart, all
	case slices.Contains(helpWords(), all):
		return MeansHelp, all
	}
	if word := begins(words, stops); word != "" {
		return MeansStop, word
	}
	if word := wish(all); word != "" {
		return MeansWish, word
	}
	return MeansNothing, ""
}

// begins gives the word by which a text is a stop although it says more than the word.
func begins(words, stops []string) string {
	known := openings()
	for len(words) > 0 && slices.Contains(known, words[0]) {
		words = words[1:]
	}
	all := strings.Join(words, " ")
	if slices.Contains(stops, all) {
		return all
	}
	for _, strong := range strongWords() {
		rest, found := strings.CutPrefix(all, strong+" ")
		if found && (onlyCourtesies(rest) || slices.Contains(firstWords(), strong) && !holds(all, harmlessStops(), true)) {
			return strong
		}
	}
	return ""
}

// wish gives the words by which a text may be meant as a stop.
func wish(all string) string {
	for _, phrase := range harmless() {
		all = strings.ReplaceAll(" "+all+" ", " "+phrase+" ", " | ")
		all = strings.TrimSpace(all)
	}
	for _, strong := range strongWords() {
		if holds(all, []string{strong}, false) {
			return strong
		}
	}
	for _, wish := range wishes() {
		if strings.Contains(" "+all+" ", " "+wish) {
			return wish
		}
	}
	return ""
}

// holds reports whether a text holds, or begins with, one of the phrases as whole words.
func holds(all string, phrases []string, atStart bool) bool {
	return slices.ContainsFunc(phrases, func(phrase string) bool {
		at := strings.Index(" "+all+" ", " "+phrase+" ")
		return at == 0 || at > 0 && !atStart
	})
}

func onlyCourtesies(text string) bool {
	known := courtesies()
	return !slices.ContainsFunc(strings.Fields(text), func(word string) bool { return !slices.Contains(known, word) && !digits(word) })
}

// plain gives the words of a text in lower case and composed letters, without anything but letters and digits; an apostrophe
// joins, and so do letters that stand alone, as in "S.T.O.P.".
func plain(text string) []string {
	text = strings.Map(func(r rune) rune {
		if r == '\'' || r == '’' {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFC.String(text))
	words := strings.FieldsFunc(text, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.Is(unicode.Mn, r)
	})
	if !slices.ContainsFunc(words, func(word string) bool { return utf8.RuneCountInString(word) > 1 }) {
		return strings.Fields(strings.Join(words, ""))
	}
	return words
}
