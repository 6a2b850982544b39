package main

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"strings"
	"time"
)

// slow calls Sessions_Validate and holds back the end of its request: slow ENVFILE SENT GO writes the file SENT when
// the server has read the first part, and sends the rest when there is a file GO. It prints the first line of the answer.
func slow() {
	if err := callSlowly(os.Args[1], os.Args[2], os.Args[3]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func callSlowly(envFile, sent, proceed string) error {
	env, err := readEnv(envFile)
	if err != nil {
		return err
	}
	conn, err := net.Dial("tcp", strings.TrimPrefix(env["LATCHKEY_URL"], "http://"))
	if err != nil {
		return err
	}
	defer conn.Close()
	credentials, _, err := proof(env, "first")
	if err != nil {
		return err
	}
	body := envelope("Sessions_Validate", "<Credentials>"+credentials+"</Credentials>")
	fmt.Fprintf(conn, "POST /v20/default.asmx HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/xml\r\nExpect: 100-continue\r\n"+
		"SOAPAction: \"%s/Sessions_Validate\"\r\nContent-Length: %d\r\n\r\n", namespace, len(body))
	answers := bufio.NewReader(conn)
	line, err := answers.ReadString('\n')
	if err == nil {
		_, err = answers.ReadString('\n')
	}
	if err != nil || !strings.HasPrefix(line, "HTTP/1.1 100 ") {
		return fmt.Errorf("the server does not ask for the body: %q %v", line, err)
	}
	fmt.Fprint(conn, body[:100])
	if err := os.WriteFile(sent, nil, 0o600); err != nil {
		return err
	}
	for _, err := os.Stat(proceed); err != nil; _, err = os.Stat(proceed) {
		time.Sleep(10 * time.Millisecond)
	}
	fmt.Fprint(conn, body[100:])
	line, err = answers.ReadString('\n')
	fmt.Print(line)
	return err
}
