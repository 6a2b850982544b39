package access

// AgentID names an agent; on the Rev.io wire it is AgentID.
type AgentID int64

// Agent is a sales or service organisation an account works for.
type Agent struct {
	ID       AgentID
	TenantID TenantID
	Number   string // the account number, unique within the tenant; on the Rev.io wire AgentNumber
	Name     string
}
