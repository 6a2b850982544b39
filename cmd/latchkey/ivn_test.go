package main

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// ivn calls an operation of the Intelliview dialect and prints every attribute of the document in its answer, as
// Element.Attribute:
//
//	ivn ENVFILE OPERATION [NAME=VALUE]... [NAME[]=VALUE]... [ELEMENT.ATTRIBUTE>FILE]...
//
// NAME[] is a list with one member. A value %NAME is taken from the env file, @FILE from a file; ELEMENT.ATTRIBUTE>FILE
// keeps an attribute.
func ivn() {
	if err := callIntelliview(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func callIntelliview(args []string) error {
	env, err := readEnv(args[0])
	if err != nil {
		return err
	}
	parameters, keep := "", map[string]string{}
	for _, arg := range args[2:] {
		if name, file, found := strings.Cut(arg, ">"); found && !strings.Contains(name, "=") {
			keep[name] = file
			continue
		}
		name, value, _ := strings.Cut(arg, "=")
		if setting, found := strings.CutPrefix(value, "%"); found {
			value = env[setting]
		} else if file, found := strings.CutPrefix(value, "@"); found {
			value = readLine(file)
		}
		if list, found := strings.CutSuffix(name, "[]"); found {
			parameters += "<" + list + ">" + element("string", value) + "</" + list + ">"
		} else {
			parameters += element(name, value)
		}
	}
	const namespace = "http://tempuri.org/"
	answer, err := post(strings.TrimSuffix(env["IVN_WSDL"], "?WSDL"), namespace+args[1], wrapped(namespace, args[1], parameters))
	if err != nil {
		return err
	}
	found, err := printAttributes(answer[args[1]+"Result"])
	for name, file := range keep {
		err = errors.Join(err, os.WriteFile(file, []byte(found[name]), 0o600))
	}
	return err
}

// printAttributes prints every attribute of a document, and gives them by name.
func printAttributes(document string) (map[string]string, error) {
	found, reader := map[string]string{}, xml.NewDecoder(strings.NewReader(document))
	for {
		token, err := reader.Token()
		if errors.Is(err, io.EOF) {
			return found, nil
		}
		if err != nil {
			return nil, err
		}
		if start, ok := token.(xml.StartElement); ok {
			for _, a := range start.Attr {
				name := start.Name.Local + "." + a.Name.Local
				found[name] = a.Value
				fmt.Printf("%s: %s\n", name, a.Value)
			}
		}
	}
}
