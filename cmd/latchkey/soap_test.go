package main

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"
)

// soap calls an operation of the Rev.io dialect and prints every element of the answer's body:
//
//	soap ENVFILE OPERATION WHO [NAME=VALUE]... [NAME>FILE]...
//
// WHO is first or second (the demo accounts of the env file), CLIENT/NAME:FILE (with the password in the file), or
// key:FILE (a session key). NAME=VALUE is a further element of the request; Credentials.ImpersonationKey=@FILE puts
// one into the credentials, from a file. NAME>FILE keeps an element of the answer. A call that is not answered by
// Success true fails.
func soap() {
	if err := callSOAP(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func callSOAP(args []string) error {
	env, err := readEnv(args[0])
	if err != nil {
		return err
	}
	operation, request, keep := args[1], "", map[string]string{}
	credentials, session, err := proof(env, args[2])
	if err != nil {
		return err
	}
	for _, arg := range args[3:] {
		if name, file, found := strings.Cut(arg, ">"); found {
			keep[name] = file
			continue
		}
		name, value, _ := strings.Cut(arg, "=")
		if file, found := strings.CutPrefix(value, "@"); found {
			value = readLine(file)
		}
		if inner, found := strings.CutPrefix(name, "Credentials."); found {
			credentials += element(inner, value)
		} else {
			request += element(name, value)
		}
	}
	if credentials != "" {
		credentials = "<Credentials>" + credentials + "</Credentials>"
	}
	answer, err := post(env["LATCHKEY_URL"]+"/v20/default.asmx", namespace+"/"+operation, envelope(operation, credentials+session+request))
	if err != nil {
		return err
	}
	for name, file := range keep {
		if err := os.WriteFile(file, []byte(answer[name]), 0o600); err != nil {
			return err
		}
	}
	if answer["Success"] != "true" {
		return errors.New("the call was refused")
	}
	return nil
}

func readEnv(file string) (map[string]string, error) {
	text, err := os.ReadFile(file)
	env := map[string]string{}
	for line := range strings.Lines(string(text)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		env[name] = strings.Trim(value, "'")
	}
	return env, err
}

func readLine(file string) string {
	text, err := os.ReadFile(file)
	if err != nil {
		return err.Error()
	}
	return strings.TrimSpace(string(text))
}

// proof gives what stands in Credentials, and the whole Session.
func proof(env map[string]string, who string) (credentials, session string, err error) {
	if file, found := strings.CutPrefix(who, "key:"); found {
		return "", "<Session>" + element("SessionKey", readLine(file)) + "</Session>", nil
	}
	name, password, client := env["REVIO_USERNAME"], env["REVIO_PASSWORD"], env["REVIO_CLIENT"]
	switch {
	case who == "second":
		name, password = env["REVIO_TO_USERNAME"], env["REVIO_TO_PASSWORD"]
	case who != "first":
		account, file, _ := strings.Cut(who, ":")
		client, name, _ = strings.Cut(account, "/")
		password = readLine(file)
	}
	return element("Username", name) + element("Password", password) + element("Client", client), "", nil
}

func element(name, value string) string {
	return "<" + name + ">" + strings.NewReplacer("&", "&amp;", "<", "&lt;").Replace(value) + "</" + name + ">"
}

// namespace is the Rev.io dialect's.
const namespace = "http://api.myh2o.com/v20"

func envelope(operation, request string) string {
	return wrapped(namespace, operation, "<Request>"+request+"</Request>")
}

// wrapped puts an operation with its parameters into an envelope of SOAP 1.1.
func wrapped(namespace, operation, parameters string) string {
	return `<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><` + operation +
		` xmlns="` + namespace + `">` + parameters + `</` + operation + `></soap:Body></soap:Envelope>`
}

// post sends an envelope, prints every element of the answer that holds text, and gives them by name.
func post(url, action, envelope string) (map[string]string, error) {
	call, err := http.NewRequest(http.MethodPost, url, strings.NewReader(envelope))
	if err != nil {
		return nil, err
	}
	call.Header.Set("Content-Type", "text/xml; charset=utf-8")
	call.Header.Set("SOAPAction", `"`+action+`"`)
	response, err := (&http.Client{Timeout: 30 * time.Second}).Do(call)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	fmt.Println("HTTP", response.StatusCode)
	return printElements(response.Body)
}

// printElements prints every element that holds text, and gives them by name.
func printElements(body io.Reader) (map[string]string, error) {
	found, text, reader := map[string]string{}, "", xml.NewDecoder(body)
	for {
		token, err := reader.Token()
		if errors.Is(err, io.EOF) {
			return found, nil
		}
		if err != nil {
			return nil, err
		}
		switch t := token.(type) {
		case xml.StartElement:
			text = ""
		case xml.CharData:
			text += string(t)
		case xml.EndElement:
			if text != "" {
				found[t.Name.Local] = text
				fmt.Printf("%s: %s\n", t.Name.Local, text)
			}
			text = ""
		}
	}
}
