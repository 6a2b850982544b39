package soap

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestA11ErrorsInsideAnOperationTellNothing(t *testing.T) {
	const text = "Server was unable to process request. ---&gt; An internal error occurred."
	t.Run("an error", func(t *testing.T) {
		g := newRing(t, nil)
		got := g.post(t, envelope11(request("Fail", "<Text>error</Text>")), act("Fail")...)
		same(t, got, wire{500, xmlType, fault11("Server", text, "<detail />")})
		if g.record.Err == nil || g.record.Err.Error() != "secret error" {
			t.Errorf("recorded %v", g.record.Err)
		}
	})
	t.Run("a panic", func(t *testing.T) {
		g := newRing(t, nil)
		got := g.post(t, envelope12(request("Fail", "<Text>panic</Text>")), "Content-Type", soapType)
		same(t, got, wire{500, soapType, fault12("Receiver", text)})
		if g.record.Panic != "secret panic" || !strings.Contains(string(g.record.Stack), "fail") {
			t.Errorf("recorded %v at %s", g.record.Panic, g.record.Stack)
		}
		got = g.post(t, envelope11(request("Fail", "<Text>fine</Text>")), act("Fail")...)
		same(t, got.Status, 200)
	})
	t.Run("a refusal that Complete turns into an answer is none", func(t *testing.T) {
		g := newRing(t, nil)
		got := g.post(t, envelope11(request("Sessions_Validate", "")), act("Sessions_Validate")...)
		same(t, got, wire{200, xmlType, answer11("Sessions_Validate", "<Sessions_ValidateResult><Header><Success>false</Success>"+
			`<Message>the caller is unknown</Message><Impersonated xsi:nil="true" /></Header><UserID>0</UserID>`+
			`<AgentID xsi:nil="true" /></Sessions_ValidateResult>`)})
		if !errors.Is(g.record.Err, errRefused) {
			t.Errorf("recorded %v", g.record.Err)
		}
	})
	t.Run("an error of Complete", func(t *testing.T) {
		g := newRing(t, func(o *Options) { o.Complete = func(*Call, Answer) error { return errRefused } })
		got := g.post(t, envelope11(request("Bare", "")), act("Bare")...)
		same(t, got, wire{500, xmlType, fault11("Server", text, "<detail />")})
	})
	t.Run("without Complete an error of admission is one too", func(t *testing.T) {
		g := newRing(t, func(o *Options) { o.Complete = nil })
		got := g.post(t, envelope11(request("Sessions_Validate", "")), act("Sessions_Validate")...)
		same(t, got, wire{500, xmlType, fault11("Server", text, "<detail />")})
	})
}

func TestA12AFaultIsWrittenAsTheOriginalWritesIt(t *testing.T) {
	t.Run("in SOAP 1.1", func(t *testing.T) {
		g := newRing(t, nil)
		got := g.post(t, envelope11(request("Fail", "<Text>fault</Text>")), act("Fail")...)
		same(t, got, wire{500, xmlType, fault11("Client", "No &amp; no.", "<faultactor>urn:me</faultactor><detail />")})
		if g.record.Fault == nil || g.record.Fault.Text != "No & no." {
			t.Errorf("recorded %v", g.record.Fault)
		}
	})
	t.Run("in SOAP 1.2", func(t *testing.T) {
		g := newRing(t, nil)
		got := g.post(t, envelope12(request("Fail", "<Text>fault</Text>")), "Content-Type", soapType)
		want := strings.Replace(fault12("Sender", "No &amp; no."), "<soap:Detail />", "<soap:Node>urn:me</soap:Node><soap:Detail />", 1)
		same(t, got, wire{500, soapType, want})
	})
}

func TestA13AHeaderThatMustBeUnderstoodAndIsNotIsRefusedBeforeAnyWork(t *testing.T) {
	with := func(message, block string) string {
		return strings.Replace(message, "<s:Body>", "<s:Header>"+block+"</s:Header><s:Body>", 1)
	}
	body := request("Head", "<Text>x</Text>")
	const text = "SOAP header Strange was not understood."
	for _, must := range []string{"1", "true"} {
		t.Run("SOAP 1.1, "+must, func(t *testing.T) {
			g := newRing(t, nil)
			got := g.post(t, with(envelope11(body), `<h:Strange xmlns:h="u" s:mustUnderstand="`+must+`"/>`), act("Head")...)
			same(t, got, wire{500, xmlType, fault11("MustUnderstand", text, "")})
			g.untouched(t)
		})
	}
	t.Run("SOAP 1.2", func(t *testing.T) {
		g := newRing(t, nil)
		got := g.post(t, with(envelope12(body), `<h:Strange xmlns:h="u" s:mustUnderstand="true"/>`), "Content-Type", soapType)
		same(t, got, wire{500, soapType, strings.Replace(fault12("MustUnderstand", text), "<soap:Detail />", "", 1)})
		g.untouched(t)
	})
	for what, block := range map[string]string{
		"not marked": `<h:Strange xmlns:h="u"/>`, "marked 0": `<h:Strange xmlns:h="u" s:mustUnderstand="0"/>`,
		"marked false": `<h:Strange xmlns:h="u" s:mustUnderstand="false"/>`, "marked in no namespace": `<h:Strange xmlns:h="u" mustUnderstand="1"/>`,
		"for another node": `<h:Strange xmlns:h="u" s:mustUnderstand="1" s:actor="urn:other"/>`,
	} {
		t.Run("passed over: "+what, func(t *testing.T) {
			g := newRing(t, nil)
			same(t, g.post(t, with(envelope11(body), block), act("Head")...).Status, 200)
			same(t, g.header, nil)
		})
	}
	t.Run("a mark that is no boolean", func(t *testing.T) {
		g := newRing(t, nil)
		got := g.post(t, with(envelope11(body), `<h:Strange xmlns:h="u" s:mustUnderstand="yes"/>`), act("Head")...)
		same(t, got.Status, 500)
		g.untouched(t)
	})
}

func TestK3ADeclaredHeaderIsReadWhateverItsMark(t *testing.T) {
	for _, mark := range []string{"", ` s:mustUnderstand="1"`, ` s:mustUnderstand="0"`, ` s:mustUnderstand="1" s:actor=""`} {
		t.Run(mark, func(t *testing.T) {
			g := newRing(t, nil)
			message := strings.Replace(envelope11(request("Head", "<Text>x</Text>")), "<s:Body>",
				`<s:Header><AuthHeader xmlns="`+ringSpace+`"`+mark+`><UserName>u</UserName><Password>p</Password></AuthHeader></s:Header><s:Body>`, 1)
			same(t, g.post(t, message, act("Head")...), wire{200, xmlType, answer11("Head", "<HeadResult><Text>x</Text></HeadResult>")})
			same(t, g.header, any(&ringAuth{"u", "p"}))
		})
	}
	t.Run("of another namespace it is not the one", func(t *testing.T) {
		g := newRing(t, nil)
		message := strings.Replace(envelope11(request("Head", "")), "<s:Body>", `<s:Header><AuthHeader xmlns="u"/></s:Header><s:Body>`, 1)
		same(t, g.post(t, message, act("Head")...).Status, 200)
		same(t, g.header, nil)
	})
	t.Run("twice it is refused", func(t *testing.T) {
		g := newRing(t, nil)
		block := `<AuthHeader xmlns="` + ringSpace + `"/>`
		message := strings.Replace(envelope11(request("Head", "")), "<s:Body>", "<s:Header>"+block+block+"</s:Header><s:Body>", 1)
		same(t, g.post(t, message, act("Head")...), wire{Status: 400})
		g.untouched(t)
	})
	t.Run("the next message does not see it", func(t *testing.T) {
		g := newRing(t, nil)
		message := strings.Replace(envelope11(request("Head", "")), "<s:Body>", `<s:Header><AuthHeader xmlns="`+ringSpace+`"/></s:Header><s:Body>`, 1)
		g.post(t, message, act("Head")...)
		g.post(t, envelope11(request("Head", "")), act("Head")...)
		same(t, g.header, nil)
	})
}

func TestA14SenderFaultsAre400OnlyInTheW3CMode(t *testing.T) {
	g := newRing(t, func(o *Options) { o.W3CStatus = true })
	bad := request("Store", "<Item><Int>x</Int></Item>")
	same(t, g.post(t, envelope12(bad), "Content-Type", soapType).Status, 400)
	same(t, g.post(t, envelope11(bad), act("Store")...).Status, 500)
	same(t, g.post(t, envelope12(request("Fail", "<Text>error</Text>")), "Content-Type", soapType).Status, 500)
}

func TestA15AOneWayOperationAnswersNothing(t *testing.T) {
	g := newRing(t, nil)
	same(t, g.post(t, envelope11(request("Quiet", "<Text>x</Text>")), act("Quiet")...), wire{Status: 202})
	same(t, g.calls, []any{&ringEcho{"x"}})
}

func TestX1ABodyAboveTheLimitIs413(t *testing.T) {
	g := newRing(t, func(o *Options) { o.Limits.Body = 600 })
	long := envelope11(request("Bare", strings.Repeat("<x/>", 200)))
	for what, length := range map[string]int64{"with a length": int64(len(long)), "in chunks": -1} {
		t.Run(what, func(t *testing.T) {
			r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/v1/Ring.asmx", strings.NewReader(long))
			r.Header.Set("SOAPAction", ringSpace+"/Bare")
			r.Header.Set("Content-Type", xmlType)
			r.ContentLength = length
			same(t, g.send(t, r), wire{Status: 413})
			g.untouched(t)
		})
	}
	t.Run("at the limit it is read", func(t *testing.T) {
		short := envelope11(request("Bare", ""))
		short += strings.Repeat(" ", 600-len(short))
		same(t, g.post(t, short, act("Bare")...).Status, 200)
	})
	t.Run("the limit cannot be set above the ceiling", func(t *testing.T) {
		if _, err := NewService(Options{Name: "X", Namespace: "x", Host: Host{Limits: Limits{Body: MaxBody + 1}}}); err == nil {
			t.Error("accepted")
		}
	})
}

func TestV6AnAliasOfTheNamespaceIsAcceptedForItsOperationAlone(t *testing.T) {
	const alias = "http://ring.example"
	g := newRing(t, func(o *Options) { o.ElementNamespaceAliases = map[string][]string{"Bare": {alias}} })
	old := func(op string) string {
		return envelope11(strings.Replace(request(op, "<Text>x</Text>"), ringSpace, alias, 1))
	}
	want := wire{200, xmlType, answer11("Bare", "<Text>x</Text>")}
	same(t, g.post(t, old("Bare"), "Content-Type", xmlType, "SOAPAction", alias+"/Bare"), want)
	same(t, g.post(t, old("Bare"), "Content-Type", xmlType), want)
	same(t, g.post(t, old("Bare"), act("Bare")...), want)
	same(t, g.post(t, old("Plain"), "Content-Type", xmlType, "SOAPAction", alias+"/Plain").Status, 500)
	same(t, g.post(t, old("Plain"), "Content-Type", xmlType).Status, 500)
}
