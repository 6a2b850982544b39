package soap

import (
	"testing"
)

// validated is the answer of Sessions_Validate.
const validated = "<Sessions_ValidateResult><Header><Success>true</Success><Impersonated>false</Impersonated></Header>" +
	`<UserID>7</UserID><AgentID xsi:nil="true" /><AgentNumber>A-1</AgentNumber></Sessions_ValidateResult>`

const asSmith = "<Credentials><Username>smith</Username></Credentials>"

func TestA16AnswersAreWrittenAsTheOriginalWritesThem(t *testing.T) {
	t.Run("in SOAP 1.1", func(t *testing.T) {
		g := newRing(t, nil)
		got := g.post(t, envelope11(request("Sessions_Validate", asSmith)), act("Sessions_Validate")...)
		same(t, got, wire{200, "text/xml; charset=utf-8", answer11("Sessions_Validate", validated)})
		same(t, g.record, Record{Operation: "Sessions_Validate", Status: 200, Note: Note{Subject: "smith"}})
	})
	t.Run("in SOAP 1.2, with the prefix soap too", func(t *testing.T) {
		g := newRing(t, nil)
		got := g.post(t, envelope12(request("Sessions_Validate", asSmith)), "Content-Type", soapType)
		same(t, got, wire{200, "application/soap+xml; charset=utf-8", answer12("Sessions_Validate", validated)})
	})
}
