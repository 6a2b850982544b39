package catalogue

// longestQuote is how many characters of what somebody sent a message gives back.
const longestQuote = 100

// Quote gives a text as a message repeats it: of a long one the beginning, so that an answer and a log don't carry all that
// somebody sent.
func Quote(text string) string {
	count := 0
	for at := range text {
		if count == longestQuote {
			return text[:at] + "…"
		}
		count++
	}
	return text
}
