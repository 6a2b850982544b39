// Package console is the web pages: the two doors where a login token becomes a session, and what is behind them.
//
// MyAccount is everybody's own account, the Partner Dashboard a tenant's subtree. The pages are written by the server and
// work without a script. Every rule is the middle's: a handler reads a form, makes a call, and shows a page or says why
// not. Start reading at routes in console.go, then see exchange.go for what every page shares, sign_in.go and
// login_token.go for the way in, and templates.go for what tests and style sheets rely on.
package console
