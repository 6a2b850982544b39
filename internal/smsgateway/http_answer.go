package smsgateway

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"latchkey/internal/messaging"
)

// longestPause is the most that a provider can make everybody wait (rules P-4).
const longestPause = 20 * time.Minute

// answer is what came back to a request.
type answer struct {
	status  int
	message message
}

// judge says what an answer means: by the first rule that fits, otherwise by the status alone.
func (g *HTTP) judge(a answer) messaging.Result {
	for _, rule := range g.plan.answers {
		if rule.status.holds(a.status) && (rule.matches == nil || rule.matches.MatchString(a.message.find(rule.place))) {
			return g.result(a, rule)
		}
	}
	return g.result(a, g.byStatus(a.status))
}

// byStatus is what a status means by itself. What is not clearly a refusal is in doubt: an error of the server's may
// have happened after it had taken the text. What speaks of the account or the address says nothing about the text.
func (g *HTTP) byStatus(status int) answerRule {
	if reason := accountReason(status); reason != "" {
		return answerRule{means: MeansNotSent, reason: reason, pause: g.plan.settings.Pause}
	}
	switch {
	case status >= 200 && status <= 299:
		return answerRule{means: MeansTaken}
	case status == http.StatusTooManyRequests:
		return answerRule{means: MeansThrottled}
	case status == http.StatusRequestTimeout, status < 400, status > 499:
		return answerRule{means: MeansInDoubt}
	}
	return answerRule{means: MeansRefused}
}

// accountReason says what a status tells of the account or the address that would stop every other text as well; empty
// when it tells nothing of them.
func accountReason(status int) string {
	switch status {
	case http.StatusUnauthorized, http.StatusProxyAuthRequired:
		return "the provider doesn't let us in"
	case http.StatusPaymentRequired:
		return "the provider wants to be paid"
	case http.StatusForbidden:
		return "the provider doesn't let us send"
	case http.StatusNotFound, http.StatusMethodNotAllowed:
		return "the address is wrong"
	case http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return "the provider has another address now"
	}
	return ""
}

func (g *HTTP) result(a answer, rule answerRule) messaging.Result {
	result := messaging.Result{Reason: g.reason(a, rule)}
	switch rule.means {
	case MeansTaken:
		result = messaging.Result{Verdict: messaging.Taken, ProviderID: a.message.find(g.plan.id)}
		if result.ProviderID == "" && g.plan.id.given() {
			result.Reason = "the provider's answer holds no id"
		}
	case MeansRefused:
		result.Verdict = messaging.Refused
	case MeansThrottled:
		result.Verdict, result.Throttled = messaging.NotSent, true
		result.Pause = g.wait(a, cmp.Or(rule.pause, g.plan.settings.Pause))
	case MeansNotSent:
		result.Verdict = messaging.NotSent
		result.Pause = g.wait(a, rule.pause)
	default:
		result.Verdict = messaging.InDoubt
	}
	return result
}

// What a code looks like that may be shown; the number of a telephone doesn't.
var (
	codePattern = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,40}$`)
	phonePart   = regexp.MustCompile(`[0-9]{7}`)
)

// asCode gives a provider's code, unless it looks like something else.
func asCode(text string) string {
	if !codePattern.MatchString(text) || phonePart.MatchString(text) {
		return ""
	}
	return text
}

// reason says for people why a text was not taken. The provider's own sentence is left out: it may repeat the number.
func (g *HTTP) reason(a answer, rule answerRule) string {
	text := fmt.Sprintf("the provider answered %d", a.status)
	if code := asCode(a.message.find(g.plan.code)); code != "" {
		text += ", code " + code
	}
	if rule.reason != "" {
		text += ": " + rule.reason
	}
	return text
}

// wait is how long the answer asks everybody to wait (Retry-After, in seconds or as a time), otherwise the given time.
func (g *HTTP) wait(a answer, otherwise time.Duration) time.Duration {
	asked := a.message.header.Get("Retry-After")
	wait := otherwise
	if seconds, err := strconv.Atoi(asked); err == nil && seconds >= 0 {
		wait = time.Duration(min(seconds, int(longestPause/time.Second))) * time.Second
	} else if until, err := http.ParseTime(asked); err == nil {
		wait = max(0, until.Sub(g.deps.Now()))
	}
	return min(wait, longestPause)
}

// statusRange is the statuses from least to most; the zero value is any.
type statusRange struct{ least, most int }

// parseStatus reads 429, 5xx or 200-299; empty is any.
func parseStatus(text string) (statusRange, error) {
	if text == "" {
		return statusRange{}, nil
	}
	if hundred, ok := strings.CutSuffix(text, "xx"); ok {
		text = hundred + "00-" + hundred + "99"
	}
	from, to, ranged := strings.Cut(text, "-")
	if !ranged {
		to = from
	}
	least, wrong := strconv.Atoi(from)
	most, wrongToo := strconv.Atoi(to)
	if wrong != nil || wrongToo != nil || least < 100 || most > 999 || least > most {
		return statusRange{}, errors.New("write a status such as 429, 5xx or 200-299")
	}
	return statusRange{least, most}, nil
}

func (r statusRange) holds(status int) bool {
	return r == statusRange{} || status >= r.least && status <= r.most
}
