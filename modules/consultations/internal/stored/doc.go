// Package stored holds what a consultation is: its phases and switches, the rules about dates, votes and publishing, and its rows.
// Nothing here knows of pages, jobs or the people who act, except that May asks the rights of who is in the context.
package stored
