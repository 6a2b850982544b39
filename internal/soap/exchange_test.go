package soap

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// validated is the answer of Sessions_Validate.
const validated = "<Sessions_ValidateResult><Header><Success>true</Success><Impersonated>false</Impersonated></Header>" +
	`<UserID>7</UserID><AgentID xsi:nil="true" /><AgentNumber>A-1</AgentNumber></Sessions_ValidateResult>`

const asSmith = "<Credentials><Username>smith</Username></Credentials>"

// untouched fails when an operation ran.
func (g *ring) untouched(t *testing.T) {
	t.Helper()
	if len(g.calls) > 0 {
		t.Errorf("an operation ran: %v", g.calls)
	}
}

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
	t.Run("a plain result is the result element", func(t *testing.T) {
		g := newRing(t, nil)
		got := g.post(t, envelope11(`<Plain xmlns="`+ringSpace+`"><Text>a&lt;b</Text></Plain>`), act("Plain")...)
		same(t, got.Body, answer11("Plain", "<PlainResult>a&lt;b</PlainResult>"))
	})
	t.Run("members of a flat response stand in the response element", func(t *testing.T) {
		g := newRing(t, nil)
		got := g.post(t, envelope11(request("Bare", "<Text>x</Text>")), act("Bare")...)
		same(t, got.Body, answer11("Bare", "<Text>x</Text>"))
	})
	t.Run("a response element without anything is one tag", func(t *testing.T) {
		g := newRing(t, nil)
		got := g.post(t, envelope11(request("Bare", "")), act("Bare")...)
		same(t, got.Body, strings.Replace(answer11("Bare", ""), "></BareResponse>", " />", 1))
	})
}

func TestA17AnswersAreNotCacheable(t *testing.T) {
	g := newRing(t, nil)
	for _, body := range []string{envelope11(request("Head", "")), "broken"} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/v1/Ring.asmx", strings.NewReader(body))
		r.Header.Set("SOAPAction", ringSpace+"/Head")
		r.Header.Set("Content-Type", xmlType)
		w := httptest.NewRecorder()
		g.ServeHTTP(w, r)
		same(t, w.Header().Get("Cache-Control"), "private, max-age=0")
	}
}

func TestA1OtherVerbsAreRefused(t *testing.T) {
	for _, verb := range []string{http.MethodPut, http.MethodDelete, http.MethodHead, http.MethodOptions, "BREW"} {
		t.Run(verb, func(t *testing.T) {
			g := newRing(t, nil)
			got := g.send(t, httptest.NewRequestWithContext(t.Context(), verb, "/v1/Ring.asmx", nil))
			same(t, got, wire{Status: http.StatusMethodNotAllowed})
			same(t, g.record.Status, http.StatusMethodNotAllowed)
			g.untouched(t)
		})
	}
}

func TestA1APostWithoutPathInfoIsSOAPWhateverItsType(t *testing.T) {
	g := newRing(t, nil)
	got := g.post(t, "", "Content-Type", "application/x-www-form-urlencoded")
	same(t, got, wire{500, soapType, fault12("Receiver", "Server was unable to process request. ---&gt; Root element is missing.")})
	g.untouched(t)
}

func TestA2TheVersionOfTheAnswerIsThatOfTheEnvelope(t *testing.T) {
	body := request("Sessions_Validate", asSmith)
	tests := []struct {
		what    string
		message string
		headers []string
		want    wire
	}{
		{
			"1.2 as text/xml, routed as 1.1", envelope12(body), act("Sessions_Validate"),
			wire{200, soapType, answer12("Sessions_Validate", validated)},
		},
		{
			"1.1 without an action, routed as 1.2", envelope11(body),
			[]string{"Content-Type", xmlType},
			wire{200, xmlType, answer11("Sessions_Validate", validated)},
		},
		{
			"1.2 with a SOAPAction nobody needs", envelope12(body),
			[]string{"Content-Type", soapType, "SOAPAction", `"nonsense"`},
			wire{200, soapType, answer12("Sessions_Validate", validated)},
		},
	}
	for _, test := range tests {
		t.Run(test.what, func(t *testing.T) {
			same(t, newRing(t, nil).post(t, test.message, test.headers...), test.want)
		})
	}
}

func TestA3SOAPActionIsMatchedExactly(t *testing.T) {
	message := envelope11(request("Sessions_Validate", asSmith))
	const action = ringSpace + "/Sessions_Validate"
	for what, accepted := range map[string]string{
		"in quotes": `"` + action + `"`, "bare": action, "encoded": `"` + strings.ReplaceAll(action, "_", "%5F") + `"`,
	} {
		t.Run("accepted: "+what, func(t *testing.T) {
			got := newRing(t, nil).post(t, message, "Content-Type", xmlType, "SOAPAction", accepted)
			same(t, got, wire{200, xmlType, answer11("Sessions_Validate", validated)})
		})
	}
	for what, refused := range map[string]string{
		"in lower case": strings.ToLower(action), "in single quotes": "'" + action + "'",
		"of a prefix": ringSpace + "/Sessions", "of two quotes": `""` + action + `""`,
		"of the bare name": "Sessions_Validate", "empty": "",
	} {
		t.Run("refused: "+what, func(t *testing.T) {
			g := newRing(t, nil)
			got := g.post(t, message, "Content-Type", xmlType, "SOAPAction", `"`+refused+`"`)
			shown := refused
			text := "Server did not recognize the value of HTTP Header SOAPAction: " + shown + "."
			same(t, got, wire{500, xmlType, fault11("Client", text, "<detail />")})
			g.untouched(t)
		})
	}
	t.Run("an empty one is routed by the body where the service says so", func(t *testing.T) {
		g := newRing(t, func(o *Options) { o.RouteEmptyAction = true })
		for _, empty := range []string{"", `""`} {
			got := g.post(t, message, "Content-Type", xmlType, "SOAPAction", empty)
			same(t, got, wire{200, xmlType, answer11("Sessions_Validate", validated)})
		}
	})
}

func TestA4WithoutSOAPActionTheOperationIsFoundElsewhere(t *testing.T) {
	message := envelope12(request("Sessions_Validate", asSmith))
	ok := wire{200, soapType, answer12("Sessions_Validate", validated)}
	t.Run("by the action of the content type", func(t *testing.T) {
		g := newRing(t, nil)
		same(t, g.post(t, message, "Content-Type", `application/soap+xml; action="`+ringSpace+`/Sessions_Validate"; charset=utf-8`), ok)
	})
	t.Run("by the action before the body", func(t *testing.T) {
		got := newRing(t, nil).post(t, message, "Content-Type", `application/soap+xml; action="`+ringSpace+`/Bare"`)
		same(t, got.Body, strings.Replace(answer12("Bare", ""), "></BareResponse>", " />", 1))
	})
	t.Run("by the body when the action is unknown", func(t *testing.T) {
		same(t, newRing(t, nil).post(t, message, "Content-Type", `application/soap+xml; action="urn:x"`), ok)
	})
	t.Run("by the body behind a header and a comment", func(t *testing.T) {
		longer := strings.Replace(message, "<s:Body>", "<s:Header><x><s:Body/></x></s:Header><!-- --><s:Body> <!-- -->", 1)
		same(t, newRing(t, nil).post(t, longer, "Content-Type", soapType), ok)
	})
	refused := func(what, message, contentType, text string) {
		t.Run("refused: "+what, func(t *testing.T) {
			g := newRing(t, nil)
			same(t, g.post(t, message, "Content-Type", contentType), wire{500, soapType, fault12("Sender", text)})
			g.untouched(t)
		})
	}
	refused("an unknown element", envelope12(`<Nothing xmlns="`+ringSpace+`"/>`), soapType, textNoAction)
	refused("an element of another namespace", envelope12("<Sessions_Validate/>"), soapType, textNoAction)
	refused("an empty Body", envelope12(""), soapType, textNoAction)
	refused("an unknown action and element", envelope12("<x/>"), `application/soap+xml; action="urn:x"`,
		"Unable to handle request. The action 'urn:x' was not recognized.")
}

func TestA5WhatIsNotExpectedIsPassedOver(t *testing.T) {
	zero := func(t *testing.T, message string) {
		t.Helper()
		g := newRing(t, nil)
		same(t, g.post(t, message, act("Sessions_Validate")...).Status, 200)
		same(t, g.calls, []any{&ringValidate{}})
	}
	t.Run("another body element leaves the parameters null", func(t *testing.T) {
		zero(t, envelope11(request("Store", asSmith)))
	})
	t.Run("a body element of another namespace", func(t *testing.T) {
		zero(t, envelope11(strings.Replace(request("Sessions_Validate", asSmith), ringSpace, "urn:other", 1)))
	})
	t.Run("a request of another name", func(t *testing.T) {
		zero(t, envelope11(`<Sessions_Validate xmlns="`+ringSpace+`"><request>`+asSmith+"</request></Sessions_Validate>"))
	})
	t.Run("an unqualified request", func(t *testing.T) {
		zero(t, envelope11(`<p:Sessions_Validate xmlns:p="`+ringSpace+`"><Request>`+asSmith+"</Request></p:Sessions_Validate>"))
	})
	t.Run("no body element at all", func(t *testing.T) { zero(t, envelope11("")) })
	t.Run("an empty request", func(t *testing.T) { zero(t, envelope11(request("Sessions_Validate", ""))) })
	t.Run("a null request", func(t *testing.T) {
		zero(t, envelope11(`<Sessions_Validate xmlns="`+ringSpace+`" xmlns:i="`+spaceXSI+`"><Request i:nil="true">`+asSmith+"</Request></Sessions_Validate>"))
	})
	t.Run("unknown members, other namespaces, stray text, any order", func(t *testing.T) {
		g := newRing(t, nil)
		g.post(t, envelope11(request("Sessions_Validate", "<Debug>1</Debug>hello<New><Username>no</Username></New>"+
			`<Credentials><Client>C</Client><x:Username xmlns:x="u">no</x:Username><Username>smith</Username></Credentials>`)),
			act("Sessions_Validate")...)
		yes := true
		want := &ringValidate{ringBaseRequest{Credentials: &ringCredentials{Username: "smith", Client: "C"}, Debug: &yes}}
		same(t, g.calls, []any{want})
	})
}

func TestA6OtherContentTypesAreRefusedWithoutABody(t *testing.T) {
	message := envelope11(request("Sessions_Validate", asSmith))
	refused := func(what, message string, headers ...string) {
		t.Run(what, func(t *testing.T) {
			g := newRing(t, nil)
			same(t, g.post(t, message, headers...), wire{Status: 415})
			g.untouched(t)
		})
	}
	action := ringSpace + "/Sessions_Validate"
	refused("plain text", message, "Content-Type", "text/plain", "SOAPAction", action)
	refused("JSON, routed by the body", message, "Content-Type", "application/json")
	refused("application/xml", message, "Content-Type", "application/xml", "SOAPAction", action)
	refused("none", message, "SOAPAction", action)
	refused("a name that begins alike", message, "Content-Type", "text/xmlx", "SOAPAction", action)
	refused("SOAP 1.1 as application/soap+xml", message, "Content-Type", soapType)
	refused("A-9b: before what is not well formed", "<broken", "Content-Type", "text/plain", "SOAPAction", action)
	t.Run("A-9b: after the action", func(t *testing.T) {
		got := newRing(t, nil).post(t, message, "Content-Type", "text/plain", "SOAPAction", "x")
		same(t, got.Status, 500)
	})
	t.Run("case does not count", func(t *testing.T) {
		got := newRing(t, nil).post(t, message, "Content-Type", `TEXT/XML;Charset="UTF-8"`, "SOAPAction", action)
		same(t, got.Status, 200)
	})
}

func TestA8AnUnknownEnvelopeIsAVersionMismatch(t *testing.T) {
	for _, space := range []string{"http://www.w3.org/2001/12/soap-envelope", ""} {
		message := strings.Replace(envelope11(request("Sessions_Validate", asSmith)), spaceSOAP11, space, 1)
		if space == "" {
			message = "<Envelope><Body/></Envelope>"
		}
		want := strings.Replace(fault11("VersionMismatch", "Possible SOAP version mismatch: Envelope namespace "+space+
			" was unexpected. Expecting http://schemas.xmlsoap.org/soap/envelope/.", "<detail />"),
			"<soap:Body>", upgradeHeader+"<soap:Body>", 1)
		for what, headers := range map[string][]string{"by action": act("Sessions_Validate"), "by body": {"Content-Type", xmlType}} {
			t.Run("'"+space+"' routed "+what, func(t *testing.T) {
				g := newRing(t, nil)
				same(t, g.post(t, message, headers...), wire{500, xmlType, want})
				g.untouched(t)
			})
		}
	}
	t.Run("its list of envelopes is well formed", func(t *testing.T) {
		got := newRing(t, nil).post(t, "<Envelope/>", act("Bare")...)
		if err := readAll([]byte(got.Body), "", DefaultLimits()); err != nil {
			t.Error(err)
		}
	})
}

func TestA9WhatIsNotWellFormedIsRefused(t *testing.T) {
	good := envelope11(request("Sessions_Validate", asSmith))
	bad := map[string]string{
		"a DTD": strings.Replace(good, "<s:Envelope", "<!DOCTYPE x><s:Envelope", 1), "a cut message": good[:len(good)-5],
		"two Bodies":                    strings.Replace(good, "</s:Envelope>", "<s:Body/></s:Envelope>", 1),
		"two Headers":                   strings.Replace(good, "<s:Body>", "<s:Header/><s:Header/><s:Body>", 1),
		"a Header after Body":           strings.Replace(good, "</s:Envelope>", "<s:Header/></s:Envelope>", 1),
		"anything after Body":           strings.Replace(good, "</s:Envelope>", "<x/></s:Envelope>", 1),
		"two Credentials":               strings.Replace(good, asSmith, asSmith+asSmith, 1),
		"two Requests":                  strings.Replace(good, "</Request>", "</Request><Request/>", 1),
		"two operation elements":        strings.Replace(good, "</s:Body>", request("Sessions_Validate", "")+"</s:Body>", 1),
		"text after the Envelope":       good + "x",
		"an entity in what is not read": strings.Replace(good, "<Request>", "<x>&e;</x><Request>", 1),
		"a million levels":              good[:len(good)-30] + strings.Repeat("<x>", 300_000),
		"invalid UTF-8":                 strings.Replace(good, "smith", "\xff", 1),
		"a NUL":                         strings.Replace(good, "smith", "\x00", 1),
		"an unknown charset":            strings.Replace(good, "utf-8", "ebcdic", 1),
	}
	for what, message := range bad {
		t.Run(what+", after routing by action: 400 and nothing else", func(t *testing.T) {
			g := newRing(t, nil)
			same(t, g.post(t, message, act("Sessions_Validate")...), wire{Status: 400})
			if g.record.Err == nil {
				t.Error("nothing is recorded")
			}
			g.untouched(t)
		})
		t.Run(what+", routed by body: a Server fault", func(t *testing.T) {
			g := newRing(t, nil)
			got := g.post(t, message, "Content-Type", xmlType)
			if got.Status != 500 || !strings.Contains(got.Body, "Server was unable to process request. ---&gt; ") {
				t.Errorf("got %v", got)
			}
			g.untouched(t)
		})
	}
	t.Run("the well known faults while routing", func(t *testing.T) {
		for message, text := range map[string]string{
			"": "Root element is missing.", "hello": "Data at the root level is invalid. Line 1, position 1.",
		} {
			want := fault12("Receiver", "Server was unable to process request. ---&gt; "+text)
			same(t, newRing(t, nil).post(t, message, "Content-Type", xmlType), wire{500, soapType, want})
		}
	})
}

func TestA10WhatCannotBeReadIsAClientFault(t *testing.T) {
	read := "Server was unable to read request. ---&gt; "
	unreadable := func(element, place, text string) string {
		return read + "There is an error in XML document (" + place + "). ---&gt; Element '" + element + "' could not be read. ---&gt; " + text
	}
	message := func(body string) string {
		return "<s:Envelope xmlns:s='" + spaceSOAP11 + "'><s:Body>\n" + request("Store", "<Item>"+body+"</Item>") + "</s:Body></s:Envelope>"
	}
	at := func(body string) string {
		return "2, " + itoa(len(`<Store xmlns="`+ringSpace+`"><Request><Item>`)+len(body)+1)
	}
	tests := []struct{ element, body, text string }{
		{"Int", "<Int>seven</Int>", textFormat},
		{"Int", "<Int></Int>", textFormat},
		{"Int", "<Int>1 2</Int>", textFormat},
		{"Int", "<Int>2147483648</Int>", textInt32Range},
		{"Int", "<Int>-2147483649</Int>", textInt32Range},
		{"Long", "<Long>9223372036854775808</Long>", textInt64Range},
		{"Bool", "<Bool>yes</Bool>", "The string 'yes' is not a valid Boolean value."},
		{"BoolP", "<BoolP>TRUE</BoolP>", "The string 'TRUE' is not a valid Boolean value."},
		{"Dec", "<Dec>1e3</Dec>", textFormat},
		{"Dec", "<Dec>" + strings.Repeat("9", 30) + "</Dec>", textDecimal},
		{"Time", "<Time>tomorrow</Time>", "The string 'tomorrow' is not a valid AllXsd value."},
		{"Data", "<Data>a</Data>", textBase64},
		{"Colour", "<Colour>BLUE</Colour>", "Instance validation error: 'BLUE' is not a valid value for RingColour."},
	}
	for _, test := range tests {
		t.Run(test.body, func(t *testing.T) {
			g := newRing(t, nil)
			want := fault11("Client", unreadable(test.element, at(test.body), test.text), "<detail />")
			same(t, g.post(t, message(test.body), act("Store")...), wire{500, xmlType, want})
			g.untouched(t)
		})
	}
	t.Run("an element in a text", func(t *testing.T) {
		got := newRing(t, nil).post(t, message("<Text>a<b/></Text>"), act("Store")...)
		if got.Status != 500 || !strings.Contains(got.Body, "It holds the element 'b' where a text is expected.") {
			t.Errorf("got %v", got)
		}
	})
	t.Run("in SOAP 1.2 it is Sender", func(t *testing.T) {
		got := newRing(t, nil).post(t, envelope12(request("Store", "<Item><Int>x</Int></Item>")), "Content-Type", soapType)
		if got.Status != 500 || !strings.Contains(got.Body, "<soap:Value>soap:Sender</soap:Value>") {
			t.Errorf("got %v", got)
		}
	})
	t.Run("no Body", func(t *testing.T) {
		got := newRing(t, nil).post(t, "<s:Envelope xmlns:s='"+spaceSOAP11+"'/>", act("Store")...)
		same(t, got, wire{500, xmlType, fault11("Client", read+"The message has no Body.", "<detail />")})
	})
	t.Run("no Envelope", func(t *testing.T) {
		got := newRing(t, nil).post(t, "<s:Body xmlns:s='"+spaceSOAP11+"'/>", act("Store")...)
		same(t, got, wire{500, xmlType, fault11("Client", read+"The message is no Envelope.", "<detail />")})
	})
}
