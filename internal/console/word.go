package console

import (
	"fmt"
	"strings"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/problem"
)

// badge is a word in a coloured field; the colour never says more than the word.
type badge struct{ Text, Class string }

const (
	good = "badge-good"
	bad  = "badge-bad"
	warn = "badge-warn"
)

// statusBadge tells an account's status.
func statusBadge(s access.AccountStatus) badge {
	class := bad
	if s == access.StatusActive {
		class = good
	}
	return badge{Text: capital(string(s)), Class: class}
}

// tokenBadge tells a login token's state.
func tokenBadge(s access.LoginTokenState) badge {
	switch s {
	case access.TokenOpen:
		return badge{Text: "Open", Class: warn}
	case access.TokenUsed:
		return badge{Text: "Used", Class: good}
	case access.TokenWithdrawn:
		return badge{Text: "Withdrawn"}
	default:
		return badge{Text: "Expired"}
	}
}

// kindWords tells an account's kind.
func kindWords(k access.AccountKind) string { return capital(strings.ReplaceAll(string(k), "_", " ")) }

func capital(word string) string {
	if word == "" {
		return ""
	}
	return strings.ToUpper(word[:1]) + word[1:]
}

// count tells a number of things.
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// times tells how often something happened.
func times(n int) string {
	switch n {
	case 0:
		return "never"
	case 1:
		return "once"
	default:
		return fmt.Sprintf("%d times", n)
	}
}

// period tells a duration in words; empty for zero.
func period(d time.Duration) string {
	hours, minutes := int(d/time.Hour), int(d%time.Hour/time.Minute)
	switch {
	case d == 0:
		return ""
	case hours == 0 && minutes == 0:
		return count(int(d/time.Second), "second", "seconds")
	case hours == 0:
		return count(minutes, "minute", "minutes")
	case minutes == 0:
		return count(hours, "hour", "hours")
	default:
		return count(hours, "hour", "hours") + " " + count(minutes, "minute", "minutes")
	}
}

// notices gives what a page says about what was done on the page before; of is a number in it.
func notices(about string, of int64) notice {
	ended := ""
	if of > 0 {
		ended = " " + count(int(of), "session", "sessions") + " ended with it."
	}
	switch about {
	case "signed-out":
		return notice{Text: "You are signed out."}
	case "session-over":
		return notice{Text: "Your session has ended. Sign in again to go on."}
	case "not-sent":
		return alarm("Your session had ended, so nothing was done. Sign in, and press the button again.")
	case "confirmed":
		return notice{Text: "Thank you. Now press the button again."}
	case "session-ended":
		return notice{Text: "The session has ended."}
	case "others-ended":
		return notice{Text: "Every other session of your account has ended: " + count(int(of), "session", "sessions") + "."}
	case "link-forgotten":
		return notice{Text: "The link is forgotten here. It was not used."}
	case "grant-withdrawn":
		return notice{Text: "The grant is withdrawn." + ended}
	case "password-changed":
		return notice{Text: "Your password is changed. Every other session has ended."}
	case "disabled":
		return notice{Text: "The account is disabled." + ended}
	case "enabled":
		return notice{Text: "The account is enabled."}
	case "link-withdrawn":
		return notice{Text: "The sign-in link is withdrawn."}
	default:
		return notice{}
	}
}

// codeWords are the codes of refused sign-in links in plain words; empty for anything else.
func codeWords(code string) string {
	switch problem.Code(code) {
	case problem.NoSuchLoginToken:
		return "it was none of ours"
	case problem.LoginTokenUsed:
		return "it was used before"
	case problem.LoginTokenExpired:
		return "it was too old"
	case problem.LoginTokenWithdrawn:
		return "it was good no longer"
	case problem.WrongDoor:
		return "it was for the other door"
	default:
		return ""
	}
}

// plainly puts into plain words what the details of audit rows say briefly.
var plainly = strings.NewReplacer(
	", 0 sessions ended", "", "0 sessions ended", "", ", 1 sessions ended", ", 1 session ended", "1 sessions ", "1 session ",
	" at "+string(access.MyAccount), " at "+myAccount().Title, " at "+string(access.PartnerDashboard), " at "+partnerDashboard().Title,
)

// deeds are the audit trail's actions in plain words.
func deeds(action string) string {
	words := map[string]string{
		"login.proved":         "Signed in with the password",
		"login.refused":        "Sign-in refused",
		"session.open":         "Session opened",
		"session.end":          "Session ended",
		"grant.give":           "Grant given",
		"grant.withdraw":       "Grant withdrawn",
		"login_token.issue":    "Sign-in link made",
		"login_token.redeem":   "Signed in by link",
		"login_token.refused":  "Sign-in link refused",
		"login_token.withdraw": "Sign-in link withdrawn",
		"account.add":          "Account added",
		"account.change":       "Account changed",
		"account.password":     "Password changed",
		"account.disable":      "Account disabled",
		"account.enable":       "Account enabled",
	}
	if known, found := words[action]; found {
		return known
	}
	noun, verb, _ := strings.Cut(strings.ReplaceAll(action, "_", " "), ".")
	return capital(strings.TrimSpace(noun + ": " + verb))
}
