package soap

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestX2ADTDIsRefusedAtTheFirstSignAndNothingIsFetched(t *testing.T) {
	fetched := false
	bait := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { fetched = true }))
	defer bait.Close()
	for what, dtd := range map[string]string{
		"an external one":     `<!DOCTYPE x SYSTEM "` + bait.URL + `">`,
		"a parameter entity":  `<!DOCTYPE x [<!ENTITY % p SYSTEM "` + bait.URL + `"> %p;]>`,
		"a billion laughs":    `<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>`,
		"one that never ends": "<!DOCTYPE x [" + strings.Repeat("<!ENTITY a 'a'>", 1000),
	} {
		t.Run(what, func(t *testing.T) {
			g := newRing(t, nil)
			message := strings.Replace(envelope11(request("Bare", "")), "<s:Envelope", dtd+"<s:Envelope", 1)
			same(t, g.post(t, message, act("Bare")...), wire{Status: 400})
			same(t, g.record.Err.Error(), "A document type declaration is not allowed. Line 1, position 39.")
			g.untouched(t)
		})
	}
	if fetched {
		t.Error("something was fetched")
	}
}

func TestX5NamesAreComparedExpanded(t *testing.T) {
	t.Run("the prefix does not matter", func(t *testing.T) {
		g := newRing(t, nil)
		message := `<Envelope xmlns="` + spaceSOAP11 + `"><Body><soap:Bare xmlns:soap="` + ringSpace +
			`"><soap:Request><soap:Text>x</soap:Text></soap:Request></soap:Bare></Body></Envelope>`
		same(t, g.post(t, message, "Content-Type", xmlType), wire{200, xmlType, answer11("Bare", "<Text>x</Text>")})
	})
	t.Run("a name in a comment, in CDATA or in an attribute routes nothing", func(t *testing.T) {
		for _, content := range []string{
			"<!-- " + request("Bare", "") + " -->", "<![CDATA[" + request("Bare", "") + "]]>", `<x y="&lt;Bare/>"/>`,
		} {
			g := newRing(t, nil)
			same(t, g.post(t, envelope11(content), "Content-Type", xmlType), wire{500, xmlType, fault11("Client", textNoAction, "<detail />")})
			g.untouched(t)
		}
	})
	t.Run("a Body of another namespace is none", func(t *testing.T) {
		g := newRing(t, nil)
		message := strings.NewReplacer("<s:Body>", `<Body xmlns="u">`, "</s:Body>", "</Body>").Replace(envelope11(request("Bare", "")))
		same(t, g.post(t, message, act("Bare")...).Status, 500)
		g.untouched(t)
	})
}

func TestX6WhatMayStandOnceIsRefusedTwice(t *testing.T) {
	for what, content := range map[string]string{
		"two Credentials":       asSmith + asSmith,
		"two, one of them null": `<Credentials i:nil="true" xmlns:i="` + spaceXSI + `"/>` + asSmith,
		"two, apart":            asSmith + "<Debug>true</Debug><Session/>" + asSmith,
		"two Sessions":          "<Session/><Session/>",
	} {
		t.Run(what, func(t *testing.T) {
			g := newRing(t, nil)
			message := envelope11(request("Sessions_Validate", content))
			same(t, g.post(t, message, act("Sessions_Validate")...), wire{Status: 400})
			same(t, g.post(t, message, "Content-Type", xmlType).Status, 500)
			g.untouched(t)
		})
	}
	t.Run("one of each is fine", func(t *testing.T) {
		g := newRing(t, nil)
		message := envelope11(request("Sessions_Validate", "<Session/>"+asSmith))
		same(t, g.post(t, message, act("Sessions_Validate")...).Status, 200)
	})
}

func TestK4RequestsAreAnsweredAsHTTPSaysOverARealSocket(t *testing.T) {
	g := newRing(t, func(o *Options) { o.Limits.Body = 100_000 })
	server := httptest.NewServer(g)
	defer server.Close()
	long := strings.Repeat("x", 50_000)
	message := envelope11(request("Bare", "<Text>"+long+"</Text>"))
	call := func(t *testing.T, body io.Reader, headers ...string) (*http.Response, string) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+"/Ring.asmx", body)
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i < len(headers); i += 2 {
			r.Header.Set(headers[i], headers[i+1])
		}
		response, err := server.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = response.Body.Close() }()
		text, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		return response, string(text)
	}
	t.Run("in chunks, with a long answer of known length", func(t *testing.T) {
		response, text := call(t, io.MultiReader(strings.NewReader(message)), act("Bare")...)
		same(t, text, answer11("Bare", "<Text>"+long+"</Text>"))
		same(t, response.ContentLength, int64(len(text)))
	})
	t.Run("with Expect", func(t *testing.T) {
		_, text := call(t, strings.NewReader(message), append(act("Bare"), "Expect", "100-continue")...)
		same(t, text, answer11("Bare", "<Text>"+long+"</Text>"))
	})
	t.Run("an empty answer has no type", func(t *testing.T) {
		response, text := call(t, strings.NewReader("<"), act("Bare")...)
		same(t, []any{response.StatusCode, response.Header["Content-Type"], text}, []any{400, []string(nil), ""})
	})
	t.Run("too long a body closes the connection", func(t *testing.T) {
		response, _ := call(t, strings.NewReader(message+message), act("Bare")...)
		same(t, []any{response.StatusCode, response.Close}, []any{413, true})
	})
	t.Run("HTTP 1.0", func(t *testing.T) {
		connection, err := (&net.Dialer{}).DialContext(context.Background(), "tcp", server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = connection.Close() }()
		short := envelope11(request("Bare", ""))
		_, _ = fmt.Fprintf(connection, "POST /Ring.asmx HTTP/1.0\r\nContent-Type: text/xml\r\nContent-Length: %d\r\n\r\n%s", len(short), short)
		response, err := http.ReadResponse(bufio.NewReader(connection), nil)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = response.Body.Close() }()
		same(t, []any{response.StatusCode, response.Close}, []any{200, true})
	})
}
