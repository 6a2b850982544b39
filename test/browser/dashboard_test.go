package browser_test

import "testing"

// What a partner does at the Partner Dashboard.

// atDashboard is a visitor who is signed in as the administrator of the demo partner.
func atDashboard(t *testing.T, h *house) *visitor {
	t.Helper()
	v := newVisitor(t, h)
	v.signIn("/PartnerDashboard/SignIn", h.Setting("SOS_ENTITY"), h.Setting("SOS_DASHBOARD_NAME"), h.Setting("SOS_DASHBOARD_PASSWORD"))
	v.expect("dashboard-overview")
	return v
}

func dashboardShowsTheSubtree(t *testing.T, h *house) {
	v := atDashboard(t, h)
	v.reads(".tree", "Beacon IT Services", "Cove Hotels")
	v.silent("Gull", "Tidewater")
	v.look("dashboard-overview")
	v.press(`nav a[href$="/Accounts"]`)
	v.reads("main", h.Setting("SOS_BACKUP_ACCOUNT"), h.Setting("SOS_SUSPENDED_ACCOUNT"), h.Setting("SOS_USERNAME"))
	v.silent(h.Setting("SOS_FOREIGN_ACCOUNT"))
	v.look("dashboard-accounts")
	v.fill("#filter [name=text]", "office")
	v.press("#filter button")
	if rows := v.count("[data-account]"); rows != 1 {
		t.Errorf("the filter leaves %d accounts, want 1", rows)
	}
	v.reads("[data-account]", h.Setting("SOS_BACKUP_ACCOUNT"))
	v.fill("#filter [name=text]", "no such account")
	v.press("#filter button")
	if rows := v.count("[data-account]"); rows != 0 {
		t.Errorf("%d accounts fit a filter that nothing fits", rows)
	}
	v.look("dashboard-accounts", "none")
}

func dashboardLinkSignsIn(t *testing.T, h *house) {
	v := atDashboard(t, h)
	v.goToAccount(h.Setting("SOS_BACKUP_ACCOUNT"))
	v.look("dashboard-account")
	v.press("#issue-link button")
	v.look("dashboard-link-issued")
	link := v.text("#login-link")
	v.reload()
	v.silent(link)

	w := newVisitor(t, h)
	w.open(link)
	w.reads("main", h.Setting("SOS_BACKUP_ACCOUNT"))
	w.press("form#redeem button")
	w.expect("myaccount-overview")

	v.goToAccount(h.Setting("SOS_BACKUP_ACCOUNT"))
	v.reads("[data-login-token]", "Used")
	v.silent(link)
	if links := v.count("[data-login-token]"); links != 1 {
		t.Errorf("%d links were made, want 1", links)
	}
}

func disabledAccountIsShutOut(t *testing.T, h *house) {
	w := newVisitor(t, h)
	w.signIn("/MyAccount/SignIn", h.Setting("SOS_BACKUP_ENTITY"), h.Setting("SOS_BACKUP_ACCOUNT"), h.Setting("SOS_BACKUP_PASSWORD"))
	w.expect("myaccount-overview")

	v := atDashboard(t, h)
	v.goToAccount(h.Setting("SOS_BACKUP_ACCOUNT"))
	if sessions := v.count("[data-session]"); sessions != 1 {
		t.Errorf("%d sessions are shown, want 1", sessions)
	}
	v.press("#disable button")
	v.reads("[role=status]", "disabled")
	v.look("dashboard-account", "disabled")
	if sessions := v.count("[data-session]"); sessions != 0 {
		t.Errorf("%d sessions are left, want 0", sessions)
	}
	w.open("/MyAccount/Sessions")
	w.expect("sign-in")
	w.fillSignIn(h.Setting("SOS_BACKUP_ENTITY"), h.Setting("SOS_BACKUP_ACCOUNT"), h.Setting("SOS_BACKUP_PASSWORD"))
	w.expect("sign-in")

	v.press("#enable button")
	v.reads("[role=status]", "enabled")
	w.fillSignIn(h.Setting("SOS_BACKUP_ENTITY"), h.Setting("SOS_BACKUP_ACCOUNT"), h.Setting("SOS_BACKUP_PASSWORD"))
	w.expect("myaccount-sessions")
}

func dashboardTakesBack(t *testing.T, h *house) {
	w := newVisitor(t, h)
	w.signIn("/MyAccount/SignIn", h.Setting("SOS_BACKUP_ENTITY"), h.Setting("SOS_BACKUP_ACCOUNT"), h.Setting("SOS_BACKUP_PASSWORD"))
	w.expect("myaccount-overview")
	v := atDashboard(t, h)
	v.goToAccount(h.Setting("SOS_BACKUP_ACCOUNT"))
	v.press("#issue-link button")
	link := v.text("#login-link")
	v.goToAccount(h.Setting("SOS_BACKUP_ACCOUNT"))
	v.look("dashboard-account", "busy")

	v.press("[data-login-token] button")
	v.reads("[role=status]", "withdrawn")
	stranger := newVisitor(t, h)
	stranger.open(link)
	stranger.expect("token-withdrawn")

	v.press("[data-session] button")
	v.reads("[role=status]", "ended")
	w.open("/MyAccount")
	w.expect("sign-in")
}

// goToAccount opens the page of an account of the demo partner's subtree.
func (v *visitor) goToAccount(name string) {
	v.t.Helper()
	v.open("/PartnerDashboard/Accounts")
	v.fill("#filter [name=text]", name)
	v.press("#filter button")
	v.press("[data-account] a")
	v.expect("dashboard-account")
}
