package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"
)

// api calls the JSON interface and prints the status and the answer:
//
//	api ENVFILE WHO METHOD PATH [NAME=VALUE]... [NAME>FILE]...
//
// WHO is sos (the API user of the env file) or USER:FILE (with the password in the file). NAME=VALUE is a member of the
// request's body; digits are a number, %NAME is taken from the env file, @FILE from a file. NAME>FILE keeps a member of
// the answer. A call that is refused fails.
func api() {
	if err := callAPI(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func callAPI(args []string) error {
	env, err := readEnv(args[0])
	if err != nil {
		return err
	}
	body, keep := map[string]any{}, map[string]string{}
	for _, arg := range args[4:] {
		if name, file, found := strings.Cut(arg, ">"); found {
			keep[name] = file
			continue
		}
		name, value, _ := strings.Cut(arg, "=")
		body[name] = member(env, value)
	}
	answer, err := callJSON(env, args[1], args[2], args[3], body)
	for name, file := range keep {
		err = errors.Join(err, os.WriteFile(file, []byte(fmt.Sprint(answer[name])), 0o600))
	}
	return err
}

// member reads a value as it stands in a script.
func member(env map[string]string, value string) any {
	if setting, found := strings.CutPrefix(value, "%"); found {
		return env[setting]
	}
	if file, found := strings.CutPrefix(value, "@"); found {
		return readLine(file)
	}
	if number, err := strconv.Atoi(value); err == nil {
		return number
	}
	return value
}

func callJSON(env map[string]string, who, method, path string, body map[string]any) (map[string]any, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	call, err := http.NewRequest(method, env["LATCHKEY_URL"]+"/api/v1/"+path, bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	call.Header.Set("Content-Type", "application/json")
	if user, file, found := strings.Cut(who, ":"); found {
		call.SetBasicAuth(user, readLine(file))
	} else {
		call.SetBasicAuth(env["SOS_USERNAME"], env["SOS_PASSWORD"])
	}
	response, err := (&http.Client{Timeout: 30 * time.Second}).Do(call)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	text, err = io.ReadAll(response.Body)
	fmt.Printf("HTTP %d\n%s", response.StatusCode, text)
	if err != nil || response.StatusCode >= http.StatusBadRequest {
		return nil, errors.Join(err, errors.New("the call was refused"))
	}
	answer := map[string]any{}
	if len(text) > 0 {
		err = json.Unmarshal(text, &answer)
	}
	return answer, err
}
