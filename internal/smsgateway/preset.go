package smsgateway

import (
	"maps"
	"time"
)

// fillIn implements presetter.
func (s *HTTPSettings) fillIn(preset string) (known string) {
	switch preset {
	case "twilio":
		s.fillInTwilio()
	case "kannel":
		s.fillInKannel()
	case "":
	default:
		return `"twilio" or "kannel"`
	}
	s.Preset = preset
	return ""
}

// fillInTwilio knows Twilio's Message resource of the API of 2010-04-01, as Twilio's documentation describes it: a form by
// POST under the account's SID, an answer in JSON with the message's sid, errors in JSON with a code, status callbacks and
// inbound texts as signed forms.
func (s *HTTPSettings) fillInTwilio() {
	s.Method, s.Auth = "POST", AuthBasic
	s.URL = "https://api.twilio.com/2010-04-01/Accounts/{user}/Messages.json"
	s.Form = map[string]string{
		"From": "{from}", "To": "{to}", "Body": "{text}", "StatusCallback": "{receipt_url}", "ValidityPeriod": "{validity_seconds}",
	}
	s.LongestValidity = 10 * time.Hour // ten hours, as long as Twilio queues (rules P-5)
	s.ID, s.Code = "json:sid", "json:code"
	s.Answers = []HTTPAnswer{
		{Place: "json:code", Matches: "^21610$", Means: MeansRefused, Reason: "the person has said STOP to this sender at the provider"},
		{Place: "json:code", Matches: "^20429$", Means: MeansThrottled, Reason: "too many requests"},
		{Place: "json:code", Matches: "^21611$", Means: MeansThrottled, Reason: "the sender's queue is full"},
	}
	s.Signature.Scheme = SignedTwilio
	s.Receipt.ID, s.Receipt.State, s.Receipt.Code = "form:MessageSid", "form:MessageStatus", "form:ErrorCode"
	s.Receipt.From, s.Receipt.To = "form:From", "form:To"
	s.Receipt.States = map[string]string{
		"accepted": "submitted", "scheduled": "submitted", "queued": "submitted", "sending": "submitted", "sent": "submitted",
		"delivered": "delivered", "read": "delivered",
		"undelivered": "failed", "failed": "failed", "canceled": "failed",
	}
	s.Inbound.ID, s.Inbound.From, s.Inbound.To, s.Inbound.Text = "form:MessageSid", "form:From", "form:To", "form:Body"
	s.Inbound.Answer, s.Inbound.AnswerType = `<?xml version="1.0" encoding="UTF-8"?><Response></Response>`, "text/xml"
	s.Probe.URL, s.Probe.Status = "https://api.twilio.com/2010-04-01/Accounts/{user}.json", "200"
}

// fillInKannel knows the sendsms interface of Kannel's smsbox 1.4.5: a GET with everything in the query, an answer of
// which the first figure says what became of it (seen with bearerbox and smsbox 1.4.5). Kannel has no id to give; ours
// travels in dlr-url.
func (s *HTTPSettings) fillInKannel() {
	s.Method, s.Auth = "GET", AuthNone
	s.URL = "http://127.0.0.1:13013/cgi-bin/sendsms"
	login := map[string]string{"username": "{user}", "password": "{password}"}
	s.Query = map[string]string{
		"from": "{from}", "to": "{to}", "text": "{text}", "charset": "UTF-8", "coding": "{coding}",
		"validity": "{validity_minutes}", "dlr-mask": "31", "dlr-url": kannelReceiptURL,
	}
	maps.Copy(s.Query, login)
	s.CodingGSM7, s.CodingUCS2 = "0", "2"
	s.Answers = []HTTPAnswer{
		{Status: "2xx", Place: "body", Matches: `^[03]:`, Means: MeansTaken},
		{Status: "503", Place: "body", Matches: `^Temporal failure`, Means: MeansNotSent, Reason: "Kannel can't take it for now"},
		{Status: "403", Place: "body", Matches: `^Authorization failed`, Means: MeansNotSent, Reason: "Kannel doesn't let us in", Pause: s.Pause},
		{Status: "404-405", Means: MeansNotSent, Reason: "the address isn't that of sendsms", Pause: s.Pause},
		{Status: "4xx", Means: MeansRefused},
		{Means: MeansInDoubt, Reason: "the answer is none that Kannel gives"},
	}
	s.Receipt.State, s.Receipt.Code, s.Receipt.CodePattern = "query:d", "query:a", `(?:NACK/|err:)([0-9A-Za-z]+)`
	s.Receipt.From, s.Receipt.To, s.Receipt.Time = "query:P", "query:p", "query:t"
	s.Receipt.States = map[string]string{"1": "delivered", "2": "failed", "4": "submitted", "8": "submitted", "16": "failed"}
	s.Inbound.ID, s.Inbound.From, s.Inbound.To, s.Inbound.Text = "query:id", "query:from", "query:to", "query:text"
	s.Inbound.Charset, s.Inbound.Time = "query:charset", "query:at"
	s.Probe.Query, s.Probe.Status = login, "400" // a login and no receiver: let in, and told that one is missing
}

// kannelReceiptURL asks Kannel to call with what it knows: %d says what became of the text, %A what the message centre
// said, %p and %P are its numbers, %T is when.
const kannelReceiptURL = "{receipt_url}?d=%d&a=%A&p=%p&P=%P&t=%T"

// KannelInboundQuery is what stands behind the inbound address in the get-url of a Kannel sms-service.
const KannelInboundQuery = "?from=%p&to=%P&text=%b&charset=%C&id=%I&at=%T"
