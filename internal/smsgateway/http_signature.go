package smsgateway

import (
	"crypto/hmac"
	"crypto/sha1" // Twilio signs with it, and some others; a MAC doesn't rest on what is broken about it
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"hash"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// signed reports whether a callback carries the signature that the settings ask for. At is its address as the provider
// was told it.
func (s HTTPSettings) signed(m message, method, at string) bool {
	switch s.Signature.Scheme {
	case SignedHMAC:
		return s.signedBody(m)
	case SignedTwilio:
		return s.signedByTwilio(m, method, at)
	}
	return true
}

func (s HTTPSettings) signedBody(m message) bool {
	offered, ok := strings.CutPrefix(m.header.Get(s.Signature.Header), s.Signature.Prefix)
	decode := hex.DecodeString
	if s.Signature.Encoding == "base64" {
		decode = base64.StdEncoding.DecodeString
	}
	sum, err := decode(offered)
	digests := map[string]func() hash.Hash{"sha1": sha1.New, "sha256": sha256.New, "sha512": sha512.New}
	mac := hmac.New(digests[s.Signature.Algorithm], []byte(s.signatureKey().Reveal()))
	mac.Write(m.body)
	return ok && err == nil && len(m.body) > 0 && hmac.Equal(sum, mac.Sum(nil))
}

// signedByTwilio checks X-Twilio-Signature: HMAC-SHA1 under the auth token over the address with all there is behind it
// and, for a form, each name with its value, sorted by name; a body that isn't a form is named in the address by its
// digest, bodySHA256 (Twilio's documentation, Security, Validating requests). Whether the address carries its port differs
// between Twilio's products, so both are tried.
func (s HTTPSettings) signedByTwilio(m message, method, at string) bool {
	offered, err := base64.StdEncoding.DecodeString(m.header.Get("X-Twilio-Signature"))
	if err != nil || len(offered) == 0 {
		return false
	}
	if digest := m.query.Get("bodySHA256"); digest != "" {
		sum := sha256.Sum256(m.body)
		if !hmac.Equal([]byte(hex.EncodeToString(sum[:])), []byte(strings.ToLower(digest))) {
			return false
		}
	} else if method == http.MethodPost && len(m.body) > 0 && m.form == nil {
		return false // nothing would speak for the body
	}
	fits := false
	for _, address := range withAndWithoutPort(at) {
		mac := hmac.New(sha1.New, []byte(s.signatureKey().Reveal()))
		mac.Write([]byte(address + sortedForm(m.form)))
		fits = fits || hmac.Equal(offered, mac.Sum(nil))
	}
	return fits
}

func sortedForm(form url.Values) string {
	var names []string
	for name := range form {
		names = append(names, name)
	}
	slices.Sort(names)
	var b strings.Builder
	for _, name := range names {
		values := slices.Compact(slices.Sorted(slices.Values(form[name])))
		for _, value := range values {
			b.WriteString(name + value)
		}
	}
	return b.String()
}

// withAndWithoutPort gives an address in the ways it may be written.
func withAndWithoutPort(at string) []string {
	u, err := url.Parse(at)
	if err != nil {
		return []string{at}
	}
	scheme, rest, _ := strings.Cut(at, "://")
	host, _, _ := strings.Cut(rest, "/")
	rest = strings.TrimPrefix(rest, host)
	if port := u.Port(); port != "" {
		return []string{at, scheme + "://" + strings.TrimSuffix(host, ":"+port) + rest}
	}
	return []string{at, scheme + "://" + host + map[string]string{"https": ":443", "http": ":80"}[scheme] + rest}
}
