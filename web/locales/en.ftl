## Every page

app-title = siaga112

## Masuk: the login page

login-help = Forgot the password? The administrator can set a new one at the server.
login-pin = Logged in on this computer before? Use your PIN
login-password = Password
login-submit = Start duty
login-title = Log in
login-trust = Certificate warning?
login-user = User name

## A new box: its first administrator

setup-again = Password again
setup-code = Setup code (good for 30 minutes)
setup-intro = This server has no administrator yet. Take the code from the server’s screen, or print a new one there with:
setup-lost = The old data file was damaged and set aside whole ({ $file }): its accounts, calls and records cannot be seen. Do not delete it. If there is a copy of the data folder, put it back first; if not, make a new administrator here. [STORE-016]
setup-lost_title = The old data is damaged; this server starts afresh
setup-name = Full name of the administrator
setup-password = New password
setup-rule = At least 12 characters. Three unrelated words are easy to remember and hard to guess.
setup-submit = Create the administrator
setup-title = Set up a new server
setup-user = User name (lower case)

## Percayai sertifikat: how a computer comes to trust the office

trust-android = Settings → Security → Encryption & credentials → Install a certificate → CA certificate → choose ca.crt.
trust-back = Back to the board
trust-compare = Compare the fingerprint first
trust-compare_how = It must be the same as shown on the server’s screen by:
trust-download = Download ca.crt
trust-firefox = Settings → Privacy & Security → View Certificates → Authorities → Import ca.crt → tick “websites”.
trust-install = How to install
trust-intro = The connection to this board is encrypted with the office’s own certificate, without the internet. Install it once on every computer, so that the warning goes away and the microphone may be used.
trust-limits = Good until { $until }. This authority can vouch only for names and addresses of the office network, for no other site on the internet. At present for:
trust-linux = Settings → Privacy and security → Security → Manage certificates → Authorities → Import ca.crt → tick “identifying websites”.
trust-title = Trust the office certificate
trust-windows = Double-click ca.crt → Install Certificate → Local Machine → place it in “Trusted Root Certification Authorities” → Finish. Close and open the browser.

## Papan: what the page itself says

board-caller = Caller
board-classify = Classify
board-hangup = Hang up
board-hide = Hide
board-invite = Invite
board-join = Join in
board-listen = Listen
board-replay = Replay 60 s
board-seek = Position in the recording
board-talk = Sound of the call
board-volume = Louder
board-whisper = Whisper
board-you = You

## Papan and Suara sistem: what their scripts say

js-answer = Answer
js-answer_too = Answer too
js-classified = Saved: call { $call } = { $class }
js-offline = The server does not answer.
js-offline_cure = The order may not have been carried out. Look at the board, then repeat it.
js-outgoing = outgoing call
js-ready_answer = Ready & answer
js-second_call = second call on this line
js-title_ring = ({ $n }) RINGING
js-undo = Undo ({ $key })
js-undone = Class of call { $call } taken back
js-unsaved = { $n ->
    [one] One entry waits.
   *[other] { $n } entries wait.
    }

## The sound of a call: on its card, in the bars above the board

talk-as-join = You are in the conversation
talk-as-join-cure = The caller hears you. It is recorded in the journal.
talk-as-listen = You are listening
talk-as-listen-cure = Nobody hears you. It is recorded in the journal.
talk-as-talk = Sound connected
talk-as-whisper = You whisper to the operator
talk-as-whisper-cure = The caller does not hear you. It is recorded in the journal.
talk-asking = The browser asks for the microphone
talk-asking-cure = Choose “Allow while visiting the site” at the top left.
talk-asleep = The sound is not on yet
talk-asleep-act = Click to connect the sound
talk-asleep-cure = The browser waits for one click. The caller hears a message to hold.
talk-beside-invited = { $user } was asked to join
talk-beside-join = { $user } is in the conversation
talk-beside-listen = { $user } listens
talk-beside-whisper = { $user } whispers to the operator
talk-broken = Sound cannot start in this browser
talk-broken-cure = Reload the page (F5). If it happens again, tell the administrator.
talk-busy = Another program uses the microphone
talk-busy-cure = Close that program; the microphone is tried again by itself.
talk-dead = Sound lost, the server does not answer
talk-dead-cure = The caller may hear nothing at all. Call back with the physical telephone.
talk-default = Chosen by the computer
talk-denied = The microphone is not allowed
talk-denied-act = Try again
talk-denied-cure = Click the icon left of the address, switch the microphone on, then try again.
talk-elsewhere = The sound is in another window
talk-elsewhere-act = Use it in this window
talk-elsewhere-cure = You are talking on this call in another window or on another computer.
talk-gone = { $name } is unplugged
talk-gone-cure = For now: { $now }. It is used again as soon as it is plugged in.
talk-headset_lost = { $name } is not plugged in
talk-headset_off = microphone not in use
talk-headset_ready = microphone ready
talk-headset_trouble = microphone trouble
talk-hold = Hold
talk-ignore_invited = Ignore
talk-insecure = The browser locks the microphone
talk-insecure-act = How to install it
talk-insecure-cure = This computer does not trust the office’s certificate yet.
talk-invitation = Asked into call { $call } by { $by }.
talk-invited = { $to } was asked into call { $call }
talk-join_invited = Join
talk-leave = Leave the call
talk-lost = Sound lost, connecting again
talk-lost-cure = The caller hears a message to hold. More than 10 seconds: check this computer’s network cable.
talk-loud = Microphone too loud: a little further away
talk-missing = No microphone found
talk-missing-cure = Plug in the headset; it is used as soon as it is there.
talk-missing_device = { $name } (not plugged in)
talk-mute = Mute
talk-muted = YOUR MICROPHONE IS OFF
talk-muted-cure = The caller does not hear you. Press { $key } to talk again.
talk-nobody_ready = No colleague is ready.
talk-not_recording = Not recorded
talk-not_yours = Somebody else has this call
talk-not_yours-cure = The board will follow in a moment.
talk-on_hold = CALLER ON HOLD
talk-on_hold-cure = The caller hears a message to hold, not you. Press { $key } to resume.
talk-opening = Connecting the sound…
talk-pause = Pause
talk-play = Play
talk-plugged = { $name } is used again
talk-recording = Recording
talk-replay_failed = The recording cannot be played.
talk-restarting = The server restarts
talk-restarting-cure = The call is still up. The sound comes back by itself.
talk-resume = Resume
talk-silent = The microphone is silent
talk-silent-cure = Check the headset’s mute button and cable.
talk-stop_listening = Stop listening
talk-stuck = The line’s sound does not answer
talk-stuck-cure = Trying again. If it does not come back, tell the administrator.
talk-stutter = The sound stutters
talk-stutter-cure = This computer’s network is slow. Ask the caller to repeat; use a cable, not Wi-Fi.
talk-taps = Knocks: { $n }
talk-trouble-no_desk = THE CALLER WAITS: no operator’s screen is connected to the sound
talk-trouble-no_desk-cure = The caller hears a message to hold.
talk-trouble-no_frames = NO SOUND: nothing comes from the modem
talk-trouble-no_frames-cure = Its sound is being switched on again. If it stays silent for 10 seconds, call back with the physical telephone.
talk-trouble-no_microphone = THE CALLER HEARS NOTHING: the operator’s microphone does not arrive
talk-trouble-no_microphone-cure = Check the headset and the browser’s permission.
talk-trouble-no_path = NO SOUND: this line brings no sound to the computer
talk-trouble-no_path-cure = Use the handset on the modem.
talk-trouble-not_taken = THE CALLER HEARS NOTHING: the modem does not take your voice
talk-trouble-not_taken-cure = Listen for the address first, then call back with the physical telephone.
talk-trouble-port_lost = NO SOUND: the modem’s audio port is gone
talk-trouble-port_lost-cure = Check the modem’s USB cable. The sound comes back as soon as it is plugged in.
talk-trouble-refused = NO SOUND: the modem refused to switch its sound on
talk-trouble-refused-cure = Call this number back with the physical telephone, and tell the administrator.
talk-trouble-zeros = NO SOUND: the modem sends only silence
talk-trouble-zeros-cure = The caller may hear you: say that you will call back, then do so with the physical telephone.
talk-unmute = Unmute
talk-unplugged = { $name } unplugged: sound through { $now }
talk-unplugged_bell = { $name } unplugged: bell through { $now }
talk-unplugged_mic = { $name } unplugged: microphone through { $now }

## The panel of this computer’s microphone and loudspeakers

headset-bell = Bell
headset-done = Done
headset-fixed = This browser always uses the loudspeaker the computer has chosen.
headset-how = Let the bell ring on the loudspeakers, so that it is heard when the headset is off. This browser remembers your choice.
headset-mic = Microphone
headset-out = The caller’s voice (headset)
headset-speak = Speak: this bar must move.
headset-test_bell = Test bell
headset-test_out = Test headset
headset-title = Sound on this computer

## Suara sistem; and what is wrong with a call’s sound, for the journal

sound-again = Click again to restore
sound-by = { $user }, { $at }
sound-custom = Office recording
sound-default = Built-in sound
sound-how = Read the sentence as it stands, calmly and close to the microphone, then upload it. WAV, or a phone’s recording (M4A, MP3, OGG); 30 seconds at most.
sound-intro = What callers hear from this system. Put in the voice of your own staff if you like; every change is in the journal.
sound-lost = The office recording is missing or damaged. Upload it again, or restore the built-in sound. [PROMPT-001]
sound-no_desk = the operator’s screen is not connected; the caller hears the waiting message
sound-no_frames = no sound comes from the modem
sound-no_microphone = the operator’s microphone does not arrive
sound-no_path = this line has no sound in the computer; use the handset on the modem
sound-not_taken = the modem does not take the operator’s voice; the caller hears nothing
sound-play = Listen
sound-port_lost = the audio port is gone
sound-prompt = Sound
sound-refused = the modem refused to switch its sound on
sound-replace = Replace…
sound-restore = Restore built-in
sound-restored = Built-in sound restored: { $name }
sound-saved = Saved and in use from now on: { $name }
sound-seconds = { $n } s
sound-sending = Uploading…
sound-stop = Stop
sound-title = System sounds
sound-unplayable = This browser cannot play this sound.
sound-unreadable = This browser cannot read that recording. Save it as WAV, then upload it again.
sound-zeros = the modem sends nothing but silence

## Classes of a call

class-false_report = False report
class-ghost = Ghost
class-harassment = Harassment
class-incident = Incident
class-information = Information
class-out_of_area = Out of area
class-prank = Prank
class-prank_child = Child prank
class-test = Test
class-wrong_number = Wrong number

## States of a call

state-abandoned = gave up before an answer
state-dialling = dialling
state-ended = ended
state-held = connected, waits for somebody
state-ivr = greeting
state-on_hold = on hold
state-queued = waiting
state-ringing = ringing
state-talking = talking

## States of a seat

seat-away = Away
seat-pause = Pause
seat-ready = Ready

## Roles

role-admin = Administrator
role-auditor = Auditor
role-operator = Operator
role-supervisor = Supervisor

## States of a line

phase-ailing = recovering
phase-booting = starting
phase-closed = no port
phase-dead = dead, still trying
phase-dialing = dialling
phase-ending = hanging up
phase-free = free
phase-ringing = ringing
phase-talking = talking

## Why a line is down

down-dead = dead, still trying
down-deaf = modem does not answer
down-no_network = no network
down-no_voice = modem cannot do voice
down-port_busy = port used by another program
down-port_missing = modem not plugged in
down-power = modem power trouble
down-sim_absent = no SIM
down-sim_failure = SIM broken or locked
down-sim_pin = SIM wants its PIN
down-sim_puk = SIM wants its PUK
down-starting = starting

## What is shown of a caller without a number

presentation-allowed = number not known yet
presentation-garbled = number unreadable
presentation-payphone = payphone
presentation-unavailable = number unavailable
presentation-unknown = number not known yet
presentation-withheld = number withheld

## Languages

language-en = English
language-id = Indonesian

## What the box says to callers, and when

prompt-closing = Closing
prompt-closing-when = The operator ends a call that was no emergency.
prompt-hold = On hold
prompt-hold-when = The caller is on hold, or the operator’s screen was lost.
prompt-queue = Waiting
prompt-queue-when = Every operator is on a call and the caller waits.
prompt-recorded = Recorded
prompt-recorded-when = Before talking, where the office tells that calls are recorded.
prompt-restricted = Restricted
prompt-restricted-when = A restricted number calls while everybody is busy. No longer than 9 seconds.
prompt-silent = Silent caller
prompt-silent-when = Somebody is there and does not speak.
prompt-transfer = Transfer
prompt-transfer-when = The call passes to another operator.

## The journal: one sentence for each fact

fact-abandoned = Call { $call } gave up before an answer
fact-answered = { $by } talks on call { $call }
fact-changed = { $user }: { $state }
fact-claimed = { $by } took call { $call }
fact-claimed_box = { $by } became the first administrator of this server
fact-classified = { $by }: call { $call } = { $class }
fact-clock = The server’s clock jumped by { $seconds } s
fact-clock_trust = The server’s clock is now: { $trust }
fact-dialled = { $by } dialled { $who } on { $line } (call { $call })
fact-dtmf_in = Caller { $call } pressed { $digits }
fact-dtmf_out = Keys { $digits } sent to call { $call }
fact-ended_caller = Call { $call } ended by the caller, talked { $time }
fact-ended_line = Call { $call } ended because the line died
fact-ended_operator = Call { $call } ended by the operator, talked { $time }
fact-ended_restart = Call { $call } was gone after the restart
fact-found = Call { $call } is still on its line
fact-held = { $by } put call { $call } on hold
fact-identified = Call { $call } is from { $who }
fact-invited = { $by } asked { $to } into call { $call }
fact-joined = { $user } at the desk: { $state }
fact-joined_join = { $by } joined call { $call }
fact-joined_listen = { $by } listens to call { $call }
fact-joined_whisper = { $by } whispers to the operator in call { $call }
fact-left = { $user } left the desk
fact-asked_help = { $user } asked for a supervisor
fact-asked_help_call = { $user } asked for a supervisor at call { $call }
fact-helped = { $by } came to help { $user }
fact-line_down = Line { $line } is down: { $why }
fact-line_restarted = { $by } restarted line { $line }
fact-line_up = Line { $line } is up
fact-lost = The screen of { $user } went away, the seat counts as empty
fact-noted = Note by { $by } on { $call }: { $text }
fact-offered = Call { $call } came in on { $line } from { $who }
fact-parted = { $by } left call { $call }
fact-password_changed = { $by } changed the password of { $who }
fact-prompt_restored = { $by } restored the built-in sound of { $who }
fact-prompt_set = { $by } put in the office’s own recording of { $who }
fact-queued = Call { $call } waits, nobody is free
fact-recording_closed = Recording of call { $call } saved ({ $time })
fact-recording_deleted = Recording of call { $call } deleted by { $by }: { $why }
fact-recording_missed = Nothing of call { $call } could be recorded ({ $time })
fact-recording_played = { $by } played the recording of call { $call }
fact-resumed = { $by } resumed call { $call }
fact-rolled_back = Records are missing: entries up to { $known } had been saved, the disk holds them only up to { $last }. Check the disk. [STORE-007]
fact-set_aside = A damaged data file was set aside as { $file }; records that only it holds cannot be seen. Do not delete it. [STORE-016]
fact-sms_delayed = Text { $sms } delayed, tried again: { $reason }
fact-sms_delivered = Text { $sms } delivered
fact-sms_failed = Text { $sms } failed: { $reason }
fact-sms_queued = { $by } sends a text to { $to }
fact-sms_received = Text from { $from }: { $text }
fact-sms_sent = Text { $sms } taken by the network
fact-sms_undelivered = Text { $sms } not delivered
fact-sound_trouble = Call { $call }: { $why }
fact-sound_well = Call { $call }: sound is well again
fact-started = System started (version { $version })
fact-started_unclean = System started again after an unclean stop (version { $version })
fact-stopped = System stopped cleanly
fact-tapped = Call { $call }: the caller knocked
fact-token_added = { $by } made the token { $who }
fact-token_revoked = { $by } revoked the token { $who }
fact-transferred = Call { $call } passed to { $by }
fact-unclaimed = Call { $call } let go by { $by }, rings again
fact-taken_over = Call { $call } was taken over from { $by }
fact-escalated = Nobody has taken call { $call } yet; supervisors are called
fact-unclassified = { $by } took back the class of call { $call }
fact-user_added = { $by } added the user { $who }
fact-user_changed = { $by } changed the user { $who }
fact-user_disabled = { $by } disabled { $who }
fact-user_enabled = { $by } enabled { $who }

## The journal: how far the server’s clock is trusted

clocktrust-network = confirmed by the telephone network
clocktrust-synchronised = synchronised
clocktrust-unconfirmed = not confirmed
clocktrust-wrong = wrong

## The journal: why a recording was deleted

deleted-room = disk space was needed

## Refusals: what happened, and (-cure) what to do now

problem-back = Back to the board
problem-bad_cursor = The cursor is not known.
problem-bad_cursor-cure = Start again from the first page.
problem-bad_field = The field “{ $field }” is not right.
problem-bad_field-cure = Correct it and send again.
problem-bad_json = The body cannot be read.
problem-bad_json-cure = Send one correct JSON object.
problem-bad_name = A user name has 2–{ $limit } lower-case letters, digits, dots or dashes.
problem-bad_name-cure = Example: rina.w
problem-bad_time = “{ $field }” is not a time.
problem-bad_time-cure = Write it as 2026-11-21 or 2026-11-21T08:00:00+08:00.
problem-body_slow = The body did not arrive within 10 seconds.
problem-body_slow-cure = Check the network and repeat.
problem-body_too_large = The body has more than { $limit } bytes.
problem-body_too_large-cure = Send less.
problem-busy = The server could not answer in time.
problem-busy-cure = Wait a few seconds, then repeat.
problem-cross_site = The request came from another site and was refused.
problem-cross_site-cure = Open the board by its own address.
problem-csrf = The page’s safety token does not fit.
problem-csrf-cure = Reload the page and repeat.
problem-fault = Something failed in the server.
problem-fault-cure = Try again; if it happens again, report this code.
problem-headers_too_large = The headers have more than { $limit } bytes.
problem-headers_too_large-cure = Delete this site’s cookies and repeat.
problem-local_only = This is for the server itself or a program with a token.
problem-local_only-cure = Use a token, or run it at the server.
problem-login_needed = You are not logged in.
problem-login_needed-cure = Log in first.
problem-method_not_allowed = This HTTP method does not work here.
problem-method_not_allowed-cure = What works: { $allowed }.
problem-missing_field = The field “{ $field }” is missing.
problem-missing_field-cure = Add it.
problem-no_recording = There is no recording of this call.
problem-no_recording-cure = A call that was not answered is not recorded; an old recording may have been deleted (see the journal).
problem-no_sound_path = Line { $line } brings no sound to the computer.
problem-no_sound_path-cure = Use the handset on the modem, or set audio in the configuration of the line.
problem-no_such_session = There is no such session.
problem-no_such_session-cure = Reload the list.
problem-not_a_websocket = This address is for WebSockets only.
problem-not_a_websocket-cure = Open it from the board, or use a WebSocket client.
problem-not_found = There is nothing at this address.
problem-not_found-cure = Check it, or go back to the board.
problem-not_wav = This is not a WAV file.
problem-not_wav-cure = Save the recording as WAV, then upload it again.
problem-password_differs = The two passwords differ.
problem-password_differs-cure = Type the same one twice.
problem-password_easy = This password is easy to guess.
problem-password_easy-cure = Use three unrelated words.
problem-password_long = The password has more than { $limit } characters.
problem-password_long-cure = Shorten it.
problem-password_short = The password has fewer than { $limit } characters.
problem-password_short-cure = Use three unrelated words.
problem-practice_lines_busy = Every practice line is in use.
problem-practice_lines_busy-cure = Finish a practice call, then try again.
problem-practice_off = There is no practice going on.
problem-practice_off-cure = Open practice first.
problem-range_beyond = The part that was asked for lies beyond the recording.
problem-range_beyond-cure = { $length ->
    [one] This recording has one byte.
   *[other] This recording has { $length } bytes.
    }
problem-session_over = Your session is over.
problem-session_over-cure = Log in again.
problem-setup_code_over = The setup code is no longer good.
problem-setup_code_over-cure = Print a new one at the server: siaga112 setup-code
problem-setup_code_wrong = { $left ->
    [one] The setup code is wrong; one try left.
   *[other] The setup code is wrong; { $left } tries left.
    }
problem-setup_code_wrong-cure = Read it from the server’s screen and type it again.
problem-setup_done = This server has an administrator already.
problem-setup_done-cure = Log in with that account.
problem-sound_long = This recording takes { $lasts_s } seconds; { $limit_s } is the most.
problem-sound_long-cure = Shorten it: a caller in need cannot wait.
problem-sound_loud = This recording is too loud ({ $level_db } dB); it would break up on a telephone.
problem-sound_loud-cure = Turn it down by { $by_db } dB, or record again farther from the microphone.
problem-sound_quiet = This recording is too quiet ({ $level_db } dB).
problem-sound_quiet-cure = Turn it up by { $by_db } dB, or record again closer to the microphone.
problem-sound_short = This recording takes less than half a second.
problem-sound_short-cure = Record the whole sentence, then upload it again.
problem-sound_silent = Nothing can be heard in this recording.
problem-sound_silent-cure = Check the microphone, then record again.
problem-sound_stuck = The sound of the line does not answer.
problem-sound_stuck-cure = Try again; if it happens again, tell the administrator.
problem-token_unknown = The token is unknown or revoked.
problem-token_unknown-cure = Ask the administrator for a new one.
problem-too_many_listeners = { $limit } screens are connected already.
problem-too_many_listeners-cure = Close those not in use.
problem-too_many_tries = Too many tries from this computer.
problem-too_many_tries-cure = { $minutes ->
    [one] Wait one minute, or ask the administrator to set a new password at the server.
   *[other] Wait { $minutes } minutes, or ask the administrator to set a new password at the server.
    }
problem-unconfirmed = The order was taken, but the disk has not confirmed it: NOT SAVED YET.
problem-unconfirmed-cure = Look at the board whether it happened. Write it on paper and call the administrator.
problem-unknown_field = The field “{ $field }” is not known.
problem-unknown_field-cure = Known: { $known }.
problem-unknown_parameter = The parameter “{ $field }” is not known.
problem-unknown_parameter-cure = Check its spelling in openapi.json.
problem-uri_too_long = The address has more than { $limit } bytes.
problem-uri_too_long-cure = Shorten it.
problem-wav_coding = This kind of WAV cannot be read.
problem-wav_coding-cure = Save it as 16 bit PCM WAV, then upload it again.
problem-wav_empty = There is no sound in this file.
problem-wav_empty-cure = Record again, then upload it.
problem-wav_shape = This WAV has more than two channels, or is not between 8 and 48 kHz.
problem-wav_shape-cure = Save it in mono or stereo at 48 kHz, then upload it again.
problem-wrong_login = Name or password is wrong.
problem-wrong_login-cure = Check upper and lower case, then try again.
problem-wrong_old_password = The old password is wrong.
problem-wrong_old_password-cure = Type the one in use now.
problem-wrong_type = The body’s type is not known.
problem-wrong_type-cure = Send it as { $wanted }.

## Why the sound of a call was closed

audio-elsewhere = The sound of this call was opened in another window.
audio-junk = What was sent is not sound. Reload the page.
audio-not_yours = Somebody else has this call now.
audio-over = The call is over.
audio-session_over = Your session is over. Log in again.
audio-stopping = The server is restarting; the sound comes back by itself.
audio-too_much = Sound was sent too fast. Reload the page.

## The frame: strip, bars, band, rail, keys

seat-group = Seat
seat-leave = Leave the desk
seat-on_call = on call { $call }
seat-help = asks for help
menu-sound = Sound on this computer
menu-theme = Light or dark
menu-language = Bahasa Indonesia
menu-me = Keys, PIN and password
menu-switch = Switch person
menu-logout = Log out
table-actions = Actions
lines-label = Lines
lines-signal = signal { $n }/31
bar-lost = CUT OFF FROM THE SERVER
bar-lost_cure = Use the desk telephone and paper forms. What you typed is kept.
bar-locked = The session is over. The bell goes on, data is closed.
bar-locked_alone = Your caller hears the waiting message: log in again to talk.
bar-unsaved = NOT SAVED YET
bar-unsaved_cure = Calls go on; the server’s disk refuses. Call the administrator, do not switch the server off.
bar-unrecorded = NOT RECORDED
bar-clock_wrong = The server’s clock is wrong.
bar-clock_wrong_cure = Times are marked “?”. Ask the administrator to put it right.
bar-mute = Bell and sound are not on yet.
bar-mute_cure = Click here to switch them on
bar-noscript = JavaScript is off in this browser, so calls are not shown. Switch it on first.
bar-help = { $name } asks for help.
bar-help_call = { $name } asks for help in call { $call }.
bar-help_own = A supervisor has been called to help you.
bar-escalated = Nobody has answered { $who } for { $time }.
bar-help_coming = I am coming
bar-help_enough = No longer needed
help-asked = The supervisor is called
band-label = Calls now
band-quiet = No calls.
band-last = Last { $time } · { $what } · { $line }
figure-offered = offered
figure-incident = incidents
figure-information = information
figure-prank = prank
figure-ghost = ghost
figure-abandoned = abandoned
figure-unclassified = no class yet
nav-label = Rooms
nav-board = Board
nav-calls = Calls
nav-callbacks = Call back
nav-numbers = Numbers
nav-handover = Hand-over
nav-watch = Watch
nav-journal = Journal
nav-settings = Settings
nav-help = Help
keys-label = Keys that work now
key-answer = Answer
key-answer_chosen = Answer the chosen one
key-hangup = Hang up
key-report = Save & send on
key-information = Information
key-ghost = Ghost, no voice
key-prank = Prank, then reason 1–6
key-harassment = Harassment of staff
key-other_class = Another class
key-location = To the location
key-save_draft = Save the draft
key-search = Search
key-command = Command
key-callback = Call back
key-replay = Replay 60 seconds
key-bell_quiet = Bell silent for 10 seconds
key-help_supervisor = Ask for help
key-undo = Take the class back
key-microphone = Mute the microphone
key-hold = Hold the caller
key-invite = Invite a colleague
key-help = Help
keys-group-call = Telephone
keys-group-class = Classification
keys-group-form = Report
keys-group-help = Help
command-title = Command
command-hint = Type a command, a number or #call. /k = what happened
command-place = open
command-search = Search calls for “{ $text }”
command-category = What happened: { $category }
js-more_ringing = +{ $n } ringing
js-of = with { $by }
js-takeover = Take over
js-dialling = Calling { $number }
js-still_talking = You are still talking. Hang up or transfer the call first.
js-quiet = Bell silent for 10 seconds
js-sure = Click again to confirm
js-link_up = Connected
js-link_typing = Connected · saving
js-link_down = Cut off
js-callback_closed = Call-back closed
js-line_restarting = Line { $line } is starting anew
js-line_restart_waits = Line { $line } starts anew when its call is over.

## Papan: the board and the room of a call

tasks-title = Tasks
tasks-empty = Nothing waits.
tasks-more = and { $n } more
task-open = Open
task-abandoned = Call { $call } abandoned, no number
task-unclassified = Call { $call } has no class yet
reports-title = Newest reports
reports-empty = No reports yet.
seats-title = Staff
seats-empty = Nobody is at the desk yet.
journal-title = Today’s journal
journal-empty = Nothing is written today yet.
journal-doubtful = The server’s clock was doubtful then
board-takeover = Take over
report-title = Report of call { $call }
report-typing = Typing…
report-saving = Saving…
report-saved = ✓ Saved { $time }
report-unsaved = NOT SAVED on the server yet, safe on this computer
report-beside = { $field } (typed at another computer): { $text }
report-rescued = What was left at this computer of call { $call } has reached the server.
report-stranded = What was typed of call { $call } is still at this computer; the server did not take it: { $why } Tell a supervisor.
report-lacks = Location and kind are missing. Press { $key } again to save without them.
report-no_such_category = Unknown kind: written down as Other.
report-life_threat = Threat to life
field-location = Where it happened
field-category = What happened
field-district = District
field-village = Village
field-landmark = Landmark
field-landmark_hint = mosque, school, road km
field-life_threat = Threat to life?
field-life_threat-yes = Yes
field-life_threat-no = No
field-life_threat-unknown = Unknown
field-victims = Victims
field-victims-dead = dead
field-victims-severe = badly hurt
field-victims-light = slightly hurt
field-victims-trapped = trapped
field-note = What is known
field-reporter = Caller’s name
field-reporter_number = Number to reach them
field-hazards = Danger to crews
field-hazards_hint = electricity, gas, weapons
field-access = Access
field-access_hint = alley, motorbike only, bridge down, boat
class-file = Save & send on
class-other = Other
class-none = no class yet
reason-playing = Playing
reason-child = Child
reason-music = Music
reason-teasing = Teasing
reason-abuse = Abuse
reason-repeated = Again and again
reason-test = Test
reason-wrong_number = Wrong number
reason-out_of_area = Out of area
reason-harassment = Harassment
reason-false_report = False report
wrap-left = Choose a class: { $time }
wrap-late = No class yet, { $time } over
recording-title = Recording
script-title = Script
wording-opening = {"{centre}"}, what is the emergency and where is it?
script-question-1 = Where exactly? Which landmark?
script-question-2 = What happened?
script-question-3 = Anybody hurt? Awake, breathing?
script-question-4 = Are you safe?
script-question-5 = Name and number to reach you?
script-question-6 = Please stay on the line.
history-title = Number history
history-not_people = a number, not a person
history-not_people_long = A number, not a person: families share telephones, and numbers change hands.
history-none = Never called before.
history-unknown = The number is not known, so there is no history.
history-all = All calls of this number
chip-new = First call ever
chip-today = { $n }× today: { $words }
chip-reporter = Reported an incident, call { $call }
chip-before = { $when }: { $what }
month-01 = Jan
month-02 = Feb
month-03 = Mar
month-04 = Apr
month-05 = May
month-06 = Jun
month-07 = Jul
month-08 = Aug
month-09 = Sep
month-10 = Oct
month-11 = Nov
month-12 = Dec

## Panggilan, Nomor: lists and one call

calls-about = Search by number (the last four digits will do), by words in notes, or by #call.
calls-q = Search calls
calls-q_hint = 0812…, 4471, mosque, #231
calls-class = Class
calls-every_class = Every class
calls-line = Line
calls-every_line = Every line
calls-from = From
calls-to = To
calls-col_time = Time
calls-col_number = Number
calls-col_what = Class
calls-col_lasted = Talk
calls-col_line = Line
calls-col_operator = Operator
calls-col_note = Note
calls-none = No call fits.
calls-older = Older
call-title = Call { $call }
call-offered = Offered
call-answered = Answered
call-ended = Ended
call-ring = Rang for
call-talk = Talked for
call-operator = Operator
call-classified = Classified
call-reason = Reason
call-dtmf = Keys pressed
call-taps = Knocks
call-raw = Number as delivered
call-name = Name from the network
call-classify = Change the class
call-timeline = What happened when
notes-title = Notes
notes-none = No notes yet.
notes-add = Add a note
notes-save = Save the note
numbers-title = Number history
numbers-about = How it begins or ends, in any spelling.
numbers-q = Search numbers
numbers-q_hint = 0812… or 4471
numbers-col_calls = Calls
numbers-col_classes = Classes
numbers-col_last = Last
numbers-none = That number has never called.
numbers-type = Type at least three digits.
number-dial = Call this number
number-counts = Counts
number-calls_in = incoming
number-calls_out = outgoing
number-abandoned = abandoned
number-unclassified = no class yet
number-first = First
number-last = Last

## Telepon balik

callbacks-about = Callers who were cut off before an answer. Hidden numbers are not called back.
callbacks-since = since { $time }
callbacks-dial = Call
callbacks-result = Result:
callbacks-none = Everybody has been called back.

## Serah terima

handover-title = Hand-over
handover-about = What is still open is accepted one by one, by name.
handover-print = Print the shift report
handover-so_far = This shift since { $since }
handover-first = This shift, from the beginning
handover-last = Handed over by { $by }, { $time }
handover-accept = Accept
handover-nothing_open = Nothing is open.
handover-mine = Hand this shift over
handover-mine_about = Totals and the open list are written down by themselves.
handover-note = Message to the next shift
handover-note_hint = What they need to know, lines in trouble, promises to callers
handover-mood = How was this shift for you?
handover-mood_about = 1 heavy, 5 light. For the supervisor only.
handover-send = Hand over

## Pantau, Jurnal, Layar dinding

watch-title = Watch
watch-about = What goes on now, and what you need to look at.
watch-wall = Wall screen
watch-live = Going on
watch-no_call = No call is going on.
watch-review = Review
watch-review_empty = Nothing to review.
watch-service = Speed of answer today
watch-service_about = Target: 90 % within 15 seconds, 95 % within 20. Cut off before 5 seconds is counted apart.
review-unclassified = No class yet · { $who } · { $by }
review-harassment = Harassment of staff · { $by }
service-15 = answered ≤ 15 s
service-20 = answered ≤ 20 s
service-median = median
service-p90 = p90
service-quick = abandoned < 5 s
journal-page = Journal
journal-about = Every entry in order. Each is tied to the one before it by SHA-256.
journal-before = Up to number
journal-kind = Kind
journal-every_kind = Every kind
journal-show = Show
journal-col_seq = Number
journal-col_what = Entry
journal-col_hash = Hash
journal-none = No entries in this part.
kind-call = Calls
kind-callback = Call-backs
kind-recording = Recordings
kind-sms = SMS
kind-operator = Staff
kind-shift = Shifts
kind-line = Lines
kind-office = Office
kind-system = System
wall-title = Wall screen
wall-ringing = { $n ->
        [one] One call is ringing
       *[other] { $n } calls are ringing
    }
wall-talking = { $n ->
        [one] One call goes on
       *[other] { $n } calls go on
    }
wall-ready = ready
wall-busy = talking
wall-paused = on a break
wall-callbacks = to be called back

## Pengaturan

settings-wording = Words
settings-sounds = System sounds
settings-lines = Lines
settings-users = Users
settings-devices = Devices
users-name = Name
users-login = Login
users-role = Role
users-state = State
users-enabled = active
users-disabled = closed
users-change = Change
users-new_password = New password
users-unchanged = unchanged
users-disable = Close this account
users-save = Save
users-add = Add a user
users-first_password = First password
lines-about = Port, profile and sound of a line are set in siaga112.toml on the server.
lines-restart = Start this line anew
line-modem = Modem
line-profile = Profile
line-network = Network
line-signal = Signal
line-cures = Cured
line-timeouts = Timeouts
line-noise = Unknown lines
line-holder = Held by
devices-about = Computers that are logged in. Ending a session cuts no call off.
devices-who = User
devices-from = Address
devices-agent = Browser
devices-opened = Logged in
devices-used = Last used
devices-this = this one
devices-end = End
words-about = Sentences the staff read out. Every change is in the journal.
words-save = Save
words-restore = Restore the built-in one
words-by = { $user }, { $at }

## Saya, Ganti petugas

me-title = Choices of { $name }
me-keys = Keys
me-keys_about = These keys are yours, on any computer.
me-keys_how = Click a field and press the key. Delete = back to the default.
me-keys_save = Save the keys
me-keys_default = All to default
me-password = Password
me-password_now = Present password
me-password_new = New password
me-password_save = Change the password

## Bantuan, tur, Latihan

help-title = Help
help-about = What is asked most, and all your keys.
help-tour = Two-minute tour
help-change_keys = Change the keys
help-ring-title = It rings
help-ring = Press Answer. If two press at once, the first one gets it and the other is told. A call not answered for 20 seconds calls the supervisor.
help-silent-title = The caller is silent
help-silent = Do not hang up yet. Ask for 5 twice, a knock or a cough. Knocks show in the band. Silence is no prank.
help-prank-title = Prank
help-prank = Read the reminder, hang up, choose the reason. Never threaten. Children are counted apart and never restricted.
help-lost-title = The screen says cut off
help-lost = A call that goes on is not cut off. Use the desk telephone and paper; what you type stays on this computer and is sent when the connection is back.
help-sound-title = Trouble with the sound
help-sound = The band says why and what to do. Microphone, headset and bell are chosen in the menu under your name.
help-undo-title = Wrong class
help-undo = Take it back within ten minutes. After that open the call and choose another class.
help-shift-title = End of the shift
help-shift = Write a message in Hand-over. The next shift accepts each open thing by name.
tour-at = { $n } of { $of }
tour-next = Next
tour-back = Back
tour-end = End
bar-tour = New here?
bar-tour_about = A tour of two minutes shows all you need, and steps aside by itself when somebody calls.
bar-tour_later = Not now
tour-welcome-title = Welcome on duty
tour-welcome = Everything works by keyboard. Right arrow goes on, Esc ends.
tour-band-title = The band
tour-band = Here it rings: the number in large, the line, how long, and its history. It never moves.
tour-seat-title = Ready
tour-seat = Press Ready so that calls come to you. Break when you need one.
tour-lines-title = Lines
tour-lines = Each lamp is a telephone line. Its shape and word change, not only its colour.
tour-tasks-title = Tasks
tour-tasks = Callers who were cut off and calls without a class wait here.
tour-reports-title = Reports
tour-reports = The newest reports of everybody.
tour-keys-title = Keys
tour-keys = This line always names the keys that work now. You may change them.
tour-rail-title = Rooms
tour-rail = Moving between rooms cuts no call off.
tour-undo-title = Nothing is lost
tour-undo = What you type is saved by itself. A wrong class can be taken back for ten minutes.
tour-lost-title = When it is red
tour-lost = CUT OFF FROM THE SERVER means desk telephone and paper. This page comes back by itself.
practice-word = PRACTICE

## Laporan, peran

category-accident = Accident
category-accident-words = accident, crash, collision, hit and run
category-ambulance = Ambulance / hearse
category-ambulance-words = ambulance, hearse, patient transport
category-body_found = Body found
category-body_found-words = body, dead person
category-crime = Crime
category-crime-words = crime, theft, burglary, robbery, mugging, stabbing, kidnapping
category-dangerous_animal = Dangerous animal
category-dangerous_animal-words = snake, wasps, bees, monitor lizard, crocodile, rabid dog, monkey, animal
category-domestic_violence = Violence at home, against women or children
category-domestic_violence-words = domestic violence, child abuse, beaten, rape, sexual assault
category-drowning = Drowning / missing person
category-drowning-words = drowning, swept away, missing person, lost, capsized
category-electrical = Electricity
category-electrical-words = short circuit, cable, wire down, sparks, pole, electric shock
category-fallen_tree = Fallen tree
category-fallen_tree-words = tree, fallen tree, branch
category-fire = Fire
category-fire-words = fire, burning, smoke, house fire, vehicle fire
category-flood = Flood
category-flood-words = flood, tidal flood, water rising, flash flood
category-hazmat = Hazardous material / gas
category-hazmat-words = gas, gas leak, chemical, spill, ammonia
category-landslide = Landslide, storm, earthquake
category-landslide-words = landslide, storm, whirlwind, earthquake, tsunami
category-medical = Medical emergency
category-medical-words = medical, ill, unconscious, not breathing, heart attack, stroke, birth, seizure, poisoning, bleeding
category-mental_crisis = Mental crisis
category-mental_crisis-words = mental crisis, raging, confused person
category-other = Other
category-other-words = other
category-public_order = Public order
category-public_order-words = disturbance, noise, drunk, gambling
category-riot = Riot / brawl
category-riot-words = riot, brawl, clash, fight
category-street_race = Street race
category-street_race-words = street race, racing
category-suicide = Suicide attempt
category-suicide-words = suicide, jumping, hanging
category-technical_help = Technical help
category-technical_help-words = locked, ring stuck, cat, in a well, lift stuck
category-traffic_lamp = Traffic / street lamps
category-traffic_lamp-words = traffic light, street lamp, jam, road sign
category-utilities = Water, roads, waste
category-utilities-words = water off, pipe, pothole, broken road, waste, drain
category-wildfire = Forest and land fire
category-wildfire-words = wildfire, forest fire, land fire
fact-reported = { $by } filed the report of call { $call }: { $what }
role-dispatcher = Dispatcher

## Papan: the board and the room of a call

report-protected = Protected: open only if you need to.

## Telepon balik, serah terima

callback-dead_number = number not in service
callback-do_not_call = do not call
callback-merged = rang again and was talked to
callback-no_answer = no answer
callback-reached_incident = reached, there is an emergency
callback-reached_other = reached, no emergency
fact-callback_closed = { $by } closed the call-back of { $number }: { $result }
fact-callback_merged = Call-back of { $number } is done: the number rang again and was talked to
fact-handed_over = { $by } handed over ({ $open } things open): { $note }
fact-shift_accepted = { $by } accepted { $item }
fact-shift_unaccepted = Nobody has accepted hand-over { $handover }: supervisors are called
item-call = call { $id }, which has no class
item-callback = the call-back of { $id }
item-line = line { $id }, which is down
item-sms = text { $id }, which is not sent
item-talked = talked with { $who }
item-wrote = written by { $who }

## Telepon balik

callback-rang = { $n ->
        [one] Cut off once
       *[other] Cut off { $n } times
    }
callback-untried = not called back yet
callback-tried = { $n ->
        [one] called once, not reached
       *[other] called { $n } times, not reached
    }
figure-answered = answered
figure-dialled = dialled
handover-report = Shift report
handover-report_by = Handed over by
handover-report_at = Time
handover-report_since = Since
handover-open = What is still open
handover-none = Nothing was handed over yet.

## Pencarian

problem-nothing_to_find = There is nothing to look for in that.
problem-nothing_to_find-cure = Type at least two letters, three digits of a number, or # and the number of a call.
problem-query_long = The search is too long.
problem-query_long-cure = Type a few words only.

## Kata-kata, tombol

fact-keys_set = { $by } chose their own keys
fact-wording_restored = { $by } restored the built-in words of operators: { $who }
fact-wording_set = { $by } changed what operators say: { $who }
problem-key_kept = The browser, the computer or typing needs { $chord }.
problem-key_kept-cure = Choose another F key, or Alt with a letter.
problem-key_taken = “{ $field }” would have the same keys as “{ $other }”.
problem-key_taken-cure = Change one of them.
problem-key_unknown = “{ $chord }” is not the name of a key.
problem-key_unknown-cure = Write it like F2, Shift+F9, Ctrl+B or Escape Escape.
wording-child = Please get your father, your mother or your teacher.
wording-child-title = To a child who plays
wording-closing = We have passed your report on. Stay where it is safe and leave your telephone on. If anything changes, call 112 again.
wording-closing-title = Closing
wording-location = Where exactly? Which village, and what is near it?
wording-location-title = Asking where
wording-opening-title = Opening
wording-prank = You have reached the 112 emergency service. This call is on record. Please leave the line to people who need it. Thank you.
wording-prank-title = To a prank caller
wording-referrals = Police 110; ambulance 119; search and rescue 115; women and children (SAPA) 129; electricity (PLN) 123; complaints about services: lapor.go.id
wording-referrals-title = Numbers for referral
wording-restricted_real = We are sorry: your number was restricted. We are listening now: what has happened, and where?
wording-restricted_real-title = Apology to a restricted number
wording-silent = If you cannot speak, press 5 twice, tap the telephone, or cough.
wording-silent-title = To a caller who does not speak

## PINs of people who share a computer
fact-pin_removed = { $by } removed the PIN
fact-pin_set = { $by } chose a PIN
problem-pin_easy = This PIN is easy to guess.
problem-pin_easy-cure = No birthday, no repeated digits, no digits in a row.
problem-pin_not_for_role = Your role does not use a PIN.
problem-pin_not_for_role-cure = Log in with the password each time.
problem-pin_shape = A PIN is { $limit } digits.
problem-pin_shape-cure = Type { $limit } digits, without blanks.
problem-wrong_pin = Wrong name or PIN.
problem-wrong_pin-cure = Try again. If your name is no longer on the list, log in with the password.

## Ganti petugas: several people, one computer

me-pin = PIN
me-pin_about = For switching quickly on a computer where you logged in with your password today.
me-pin_admin = Administrators always log in with the password.
me-pin_new = New PIN, 6 digits
me-pin_remove = Remove the PIN
me-pin_save = Save the PIN
me-saved_keys = Keys saved.
me-saved_password = Password changed. Your sessions on other devices have ended.
me-saved_pin = PIN saved. It works on computers where you logged in with your password.
me-saved_no_pin = PIN removed.
switch-title = Switch person
switch-about = Those who logged in with a password on this computer during this shift.
switch-pin = PIN of { $name }
switch-enter = Enter
switch-no_pin = No PIN yet: log in with the password.
switch-nobody = Nobody else on this computer yet.
switch-password = Log in with a password
switch-back = Back to the board as { $name }

## Latihan: virtual callers beside the real lines
nav-practice = Practice
tour-practice-title = Practice
tour-practice = Try it with virtual callers. Real calls still ring.
practice-title = Virtual callers
practice-about = Never counted, and never able to hide a real call.
practice-running = Practice is on
practice-off = Nobody practises now.
practice-free = { $n } practice lines free
practice-enter = Enter practice
js-practice_opening = Getting ready…
practice-end = End practice
practice-leave = Leave practice
practice-pace = Callers by themselves
practice-pace_none = none
practice-pace_n = { $n } an hour
practice-ring = Let it ring
practice-answer_real = Answer the real one
bar-practice = Everything on this screen is virtual. Real calls still ring here.
bar-real = REAL CALL: { $who } on { $line }
