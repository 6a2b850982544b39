package main

import (
	"fmt"
	"strings"
)

const xmlHead = `<?xml version="1.0" encoding="utf-8"?>`

// envelope wraps the content of a Body as SOAP 1.1 does.
func envelope(content string) string {
	return xmlHead + `<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" ` +
		`xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">` +
		`<soap:Body>` + content + `</soap:Body></soap:Envelope>`
}

// post makes an HTTP request of a SOAP 1.1 message.
func post(path, action, content string) []byte {
	return request(path, action, envelope(content))
}

// request makes an HTTP request of a whole SOAP 1.1 message.
func request(path, action, body string) []byte {
	return fmt.Appendf(nil, "POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/xml; charset=utf-8\r\n"+
		"SOAPAction: \"%s\"\r\nContent-Length: %d\r\n\r\n%s", path, action, len(body), body)
}

// always gives the same message every time.
func always(message []byte) func(uint64, []byte) []byte {
	return func(uint64, []byte) []byte { return message }
}

// revio makes a request of the Rev.io dialect.
func revio(operation, inner string) []byte {
	return post("/v20/default.asmx", "http://api.myh2o.com/v20/"+operation,
		`<`+operation+` xmlns="http://api.myh2o.com/v20"><Request>`+inner+`</Request></`+operation+`>`)
}

// login is who calls.
type login struct{ user, password, client string }

func (l login) credentials() string {
	return `<Credentials><Username>` + l.user + `</Username><Password>` + escape(l.password) + `</Password><Client>` + l.client +
		`</Client></Credentials>`
}

func session(key string) string { return `<Session><SessionKey>` + key + `</SessionKey></Session>` }

func escape(text string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(text)
}

// loginToken asks for a login token for a dashboard user in the SOS dialect.
func loginToken(l login, forUser string) []byte {
	const path = "/WebApi/AccountManagementService/AccountManagementService.asmx"
	body := strings.Replace(envelope(`<GetAuthorizationTokenByEntity xmlns="sosonlinebackup.com"><request><Username>`+forUser+
		`</Username><IsAppUser>true</IsAppUser></request></GetAuthorizationTokenByEntity>`),
		"<soap:Body>", `<soap:Header><AuthHeader xmlns="sosonlinebackup.com"><UserName>`+l.user+`</UserName><Password>`+
			escape(l.password)+`</Password></AuthHeader></soap:Header><soap:Body>`, 1)
	return request(path, "sosonlinebackup.com/GetAuthorizationTokenByEntity", body)
}

// initialize opens a session in the Intelliview dialect.
func initialize(user, password, company string) []byte {
	return post("/IntelliviewNXT/ServiceApi/DashboardApi.asmx", "http://tempuri.org/ivnInitializeSession",
		`<ivnInitializeSession xmlns="http://tempuri.org/"><CompanyShortName>`+company+`</CompanyShortName><UserName>`+user+
			`</UserName><Password>`+escape(password)+`</Password><Timeout>0</Timeout><AuthType>1</AuthType>`+
			`<ApplicationType>1</ApplicationType><Language>en</Language><ExtraParam></ExtraParam></ivnInitializeSession>`)
}

// texts sends a text to another number every time.
func texts(l login, profile string) func(uint64, []byte) []byte {
	return func(n uint64, _ []byte) []byte {
		return revio("SMS_Send", l.credentials()+fmt.Sprintf(
			`<ToNumber>850470%04d</ToNumber><Message>Text %d</Message><Profile><SmsProfileID>%s</SmsProfileID></Profile>`,
			n%10_000, n, profile))
	}
}
