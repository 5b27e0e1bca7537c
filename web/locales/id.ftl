## Every page

app-title = siaga112

## Masuk: the login page

login-help = Lupa sandi? Admin dapat menggantinya dari komputer server.
login-pin = Pernah masuk di komputer ini? Pakai PIN
login-password = Sandi
login-submit = Masuk tugas
login-title = Masuk
login-trust = Peringatan sertifikat?
login-user = Nama pengguna

## A new box: its first administrator

setup-again = Sandi sekali lagi
setup-code = Kode awal (berlaku 30 menit)
setup-intro = Server ini belum punya admin. Ambil kode di layar server, atau cetak kode baru di sana dengan perintah:
setup-lost = Berkas data yang lama rusak dan disisihkan utuh ({ $file }): akun, panggilan, dan catatan di dalamnya tidak tampak. Jangan hapus berkas itu. Bila ada salinan folder data, pasang kembali dulu; bila tidak, buat admin baru di sini. [STORE-016]
setup-lost_title = Data lama rusak; server ini mulai dari awal
setup-name = Nama lengkap admin
setup-password = Sandi baru
setup-rule = Paling sedikit 12 karakter. Tiga kata yang tidak berhubungan mudah diingat dan sulit ditebak.
setup-submit = Buat akun admin
setup-title = Siapkan server baru
setup-user = Nama pengguna (huruf kecil)

## Percayai sertifikat: how a computer comes to trust the office

trust-android = Setelan → Keamanan → Enkripsi & kredensial → Pasang sertifikat → Sertifikat CA → pilih ca.crt.
trust-back = Kembali ke papan
trust-compare = Cocokkan dulu sidik jarinya
trust-compare_how = Harus sama dengan yang ditampilkan di layar server oleh:
trust-download = Unduh ca.crt
trust-firefox = Pengaturan → Privasi & Keamanan → Lihat Sertifikat → Otoritas → Impor ca.crt → centang “situs web”.
trust-install = Cara memasang
trust-intro = Sambungan ke papan ini dienkripsi dengan sertifikat kantor sendiri, tanpa internet. Pasang sekali di setiap komputer supaya peringatan hilang dan mikrofon boleh dipakai.
trust-limits = Berlaku sampai { $until }. Otoritas ini hanya dapat menjamin nama dan alamat jaringan kantor, bukan situs lain di internet. Saat ini untuk:
trust-linux = Pengaturan → Privasi dan keamanan → Keamanan → Kelola sertifikat → Otoritas → Impor ca.crt → centang “identifikasi situs web”.
trust-title = Percayai sertifikat kantor
trust-windows = Klik dua kali ca.crt → Pasang Sertifikat → Mesin Lokal → Tempatkan di “Otoritas Sertifikasi Akar Tepercaya” → Selesai. Tutup dan buka lagi browser.

## Papan: what the page itself says

board-caller = Penelepon
board-classify = Klasifikasi
board-hangup = Tutup
board-hide = Sembunyikan
board-invite = Ajak
board-join = Ikut bicara
board-listen = Dengarkan
board-replay = 60 detik
board-seek = Posisi rekaman
board-talk = Suara panggilan
board-volume = Keraskan
board-whisper = Bisik
board-you = Anda

## Papan and Suara sistem: what their scripts say

js-answer = Jawab
js-answer_too = Jawab juga
js-classified = Tersimpan: panggilan { $call } = { $class }
js-offline = Server tidak menjawab.
js-offline_cure = Perintah ini mungkin belum dijalankan. Lihat papan, lalu ulangi.
js-outgoing = panggilan keluar
js-ready_answer = Siap & Jawab
js-second_call = panggilan kedua di jalur ini
js-title_ring = ({ $n }) BERDERING
js-undo = Batalkan ({ $key })
js-undone = Klasifikasi panggilan { $call } dibatalkan
js-unsaved = { $n } catatan menunggu.

## The sound of a call: on its card, in the bars above the board

talk-as-join = Anda ikut bicara
talk-as-join-cure = Penelepon mendengar Anda. Tercatat di jurnal.
talk-as-listen = Anda mendengarkan
talk-as-listen-cure = Tidak ada yang mendengar Anda. Tercatat di jurnal.
talk-as-talk = Suara tersambung
talk-as-whisper = Anda berbisik kepada petugas
talk-as-whisper-cure = Penelepon tidak mendengar Anda. Tercatat di jurnal.
talk-asking = Browser meminta izin mikrofon
talk-asking-cure = Pilih “Izinkan saat mengunjungi situs ini” di kiri atas.
talk-asleep = Suara belum menyala
talk-asleep-act = Klik untuk menyambung suara
talk-asleep-cure = Browser menunggu satu klik. Penelepon mendengar pesan tunggu.
talk-beside-invited = { $user } diajak
talk-beside-join = { $user } ikut bicara
talk-beside-listen = { $user } mendengarkan
talk-beside-whisper = { $user } berbisik kepada petugas
talk-broken = Suara tidak dapat dimulai di browser ini
talk-broken-cure = Muat ulang halaman (F5). Bila berulang, beri tahu admin.
talk-busy = Mikrofon dipakai program lain
talk-busy-cure = Tutup program itu; mikrofon otomatis dicoba lagi.
talk-dead = Suara terputus, server tidak menjawab
talk-dead-cure = Penelepon mungkin tidak mendengar apa-apa. Telepon balik dengan telepon fisik.
talk-default = Pilihan komputer
talk-denied = Mikrofon tidak diizinkan
talk-denied-act = Coba lagi
talk-denied-cure = Klik ikon di kiri alamat, nyalakan Mikrofon, lalu coba lagi.
talk-elsewhere = Suara ada di jendela lain
talk-elsewhere-act = Pakai di jendela ini
talk-elsewhere-cure = Panggilan ini dibicarakan di jendela atau komputer Anda yang lain.
talk-gone = { $name } dicabut
talk-gone-cure = Sementara lewat { $now }. Otomatis dipakai lagi begitu tercolok.
talk-headset_lost = { $name } tidak tercolok
talk-headset_off = mikrofon tidak dipakai
talk-headset_ready = mikrofon siap
talk-headset_trouble = mikrofon bermasalah
talk-hold = Tahan
talk-ignore_invited = Abaikan
talk-insecure = Browser mengunci mikrofon
talk-insecure-act = Cara memasang sertifikat
talk-insecure-cure = Sertifikat kantor belum dipercaya di komputer ini.
talk-invitation = Diajak ke panggilan { $call } oleh { $by }.
talk-invited = { $to } diajak ke panggilan { $call }
talk-join_invited = Gabung
talk-leave = Keluar dari panggilan
talk-lost = Suara terputus, menyambung lagi
talk-lost-cure = Penelepon mendengar pesan tunggu. Lebih dari 10 detik: periksa kabel jaringan komputer ini.
talk-loud = Mikrofon terlalu keras: jauhkan sedikit
talk-missing = Mikrofon tidak ditemukan
talk-missing-cure = Colokkan headset; langsung dipakai begitu tercolok.
talk-missing_device = { $name } (tidak tercolok)
talk-mute = Bisukan
talk-muted = MIKROFON ANDA MATI
talk-muted-cure = Penelepon tidak mendengar Anda. Tekan { $key } untuk bicara lagi.
talk-nobody_ready = Tidak ada rekan yang siap.
talk-not_recording = Tidak direkam
talk-not_yours = Panggilan ini dipegang orang lain
talk-not_yours-cure = Papan segera menyusul.
talk-on_hold = PENELEPON DITAHAN
talk-on_hold-cure = Penelepon mendengar pesan tunggu, bukan Anda. Tekan { $key } untuk melanjutkan.
talk-opening = Menyambung suara…
talk-pause = Jeda
talk-play = Putar
talk-plugged = { $name } kembali dipakai
talk-recording = Direkam
talk-replay_failed = Rekaman tidak dapat diputar.
talk-restarting = Server dimulai ulang
talk-restarting-cure = Panggilan tidak putus. Suara otomatis tersambung lagi.
talk-resume = Lanjutkan
talk-silent = Mikrofon hening
talk-silent-cure = Periksa tombol bisu dan kabel headset.
talk-stop_listening = Berhenti mendengarkan
talk-stuck = Suara jalur tidak menjawab
talk-stuck-cure = Terus dicoba. Bila tidak kembali, beri tahu admin.
talk-stutter = Suara tersendat
talk-stutter-cure = Jaringan komputer ini lambat. Minta penelepon mengulang; pakai kabel, bukan Wi-Fi.
talk-taps = Ketukan: { $n }
talk-trouble-no_desk = PENELEPON MENUNGGU: layar petugas tidak tersambung suaranya
talk-trouble-no_desk-cure = Penelepon mendengar pesan tunggu.
talk-trouble-no_frames = TANPA SUARA: tidak ada suara dari modem
talk-trouble-no_frames-cure = Suaranya sedang dinyalakan ulang. Bila 10 detik tetap hening, telepon balik dengan telepon fisik.
talk-trouble-no_microphone = PENELEPON TIDAK MENDENGAR: mikrofon petugas tidak terkirim
talk-trouble-no_microphone-cure = Periksa headset dan izin mikrofon di browser.
talk-trouble-no_path = TANPA SUARA: jalur ini tidak membawa suara ke komputer
talk-trouble-no_path-cure = Pakai gagang telepon di modem.
talk-trouble-not_taken = PENELEPON TIDAK MENDENGAR: modem tidak mengambil suara Anda
talk-trouble-not_taken-cure = Dengarkan dulu alamatnya, lalu telepon balik dengan telepon fisik.
talk-trouble-port_lost = TANPA SUARA: port suara modem hilang
talk-trouble-port_lost-cure = Periksa kabel USB modem. Suara otomatis kembali begitu tercolok.
talk-trouble-refused = TANPA SUARA: modem menolak menyalakan suara
talk-trouble-refused-cure = Telepon balik nomor ini dengan telepon fisik, dan beri tahu admin.
talk-trouble-zeros = TANPA SUARA: modem hanya mengirim keheningan
talk-trouble-zeros-cure = Penelepon mungkin mendengar Anda: katakan akan ditelepon balik, lalu telepon balik dengan telepon fisik.
talk-unmute = Bicara lagi
talk-unplugged = { $name } dicabut: suara lewat { $now }
talk-unplugged_bell = { $name } dicabut: bel lewat { $now }
talk-unplugged_mic = { $name } dicabut: mikrofon lewat { $now }

## The panel of this computer’s microphone and loudspeakers

headset-bell = Bel
headset-done = Selesai
headset-fixed = Browser ini selalu memakai pengeras suara yang dipilih komputer.
headset-how = Bel sebaiknya lewat pengeras suara, supaya terdengar saat headset dilepas. Pilihan diingat di browser ini.
headset-mic = Mikrofon
headset-out = Suara penelepon (headset)
headset-speak = Bicaralah: balok ini harus bergerak.
headset-test_bell = Uji bel
headset-test_out = Uji headset
headset-title = Suara di komputer ini

## Suara sistem; and what is wrong with a call’s sound, for the journal

sound-again = Klik lagi untuk memulihkan
sound-by = { $user }, { $at }
sound-custom = Rekaman kantor
sound-default = Suara bawaan
sound-how = Bacakan kalimatnya apa adanya, tenang dan dekat mikrofon, lalu unggah. WAV, atau rekaman ponsel (M4A, MP3, OGG); paling lama 30 detik.
sound-intro = Yang didengar penelepon dari sistem ini. Gantilah dengan suara petugas Anda sendiri bila mau; setiap pergantian tercatat di jurnal.
sound-lost = Rekaman kantor hilang atau rusak. Unggah lagi, atau pulihkan suara bawaan. [PROMPT-001]
sound-no_desk = layar petugas tidak tersambung; penelepon mendengar pesan tunggu
sound-no_frames = tidak ada suara dari modem
sound-no_microphone = mikrofon petugas tidak terkirim
sound-no_path = jalur ini tanpa suara di komputer; pakai gagang telepon di modem
sound-not_taken = modem tidak mengambil suara petugas; penelepon tidak mendengar
sound-play = Dengarkan
sound-port_lost = port suara hilang
sound-prompt = Suara
sound-refused = modem menolak menyalakan suara
sound-replace = Ganti rekaman…
sound-restore = Pulihkan bawaan
sound-restored = Suara bawaan dipulihkan: { $name }
sound-saved = Tersimpan dan mulai dipakai: { $name }
sound-seconds = { $n } detik
sound-sending = Mengunggah…
sound-stop = Berhenti
sound-title = Suara sistem
sound-unplayable = Suara ini tidak dapat diputar di browser ini.
sound-unreadable = Browser ini tidak dapat membaca rekaman itu. Simpan sebagai WAV, lalu unggah lagi.
sound-zeros = modem hanya mengirim keheningan

## Classes of a call

class-false_report = Laporan palsu
class-ghost = Ghost
class-harassment = Pelecehan
class-incident = Kejadian
class-information = Informasi
class-out_of_area = Luar wilayah
class-prank = Prank
class-prank_child = Prank anak
class-test = Uji coba
class-wrong_number = Salah sambung

## States of a call

state-abandoned = terputus sebelum dijawab
state-dialling = memanggil
state-ended = selesai bicara
state-held = tersambung, menunggu petugas
state-ivr = sapaan otomatis
state-on_hold = ditahan
state-queued = antre
state-ringing = berdering
state-talking = bicara

## States of a seat

seat-away = Tidak di meja
seat-pause = Istirahat
seat-ready = Siap

## Roles

role-admin = Admin
role-auditor = Auditor
role-operator = Petugas
role-supervisor = Supervisor

## States of a line

phase-ailing = sedang dipulihkan
phase-booting = menyiapkan modem
phase-closed = tidak ada port
phase-dead = mati, terus dicoba
phase-dialing = memanggil
phase-ending = menutup
phase-free = bebas
phase-ringing = berdering
phase-talking = bicara

## Why a line is down

down-dead = mati, terus dicoba
down-deaf = modem tidak menjawab
down-no_network = tidak ada jaringan
down-no_voice = modem tidak bisa telepon
down-port_busy = port dipakai program lain
down-port_missing = modem tidak tercolok
down-power = listrik modem bermasalah
down-sim_absent = tidak ada SIM
down-sim_failure = SIM rusak atau terkunci
down-sim_pin = SIM minta PIN
down-sim_puk = SIM minta PUK
down-starting = baru dinyalakan

## What is shown of a caller without a number

presentation-allowed = nomor belum diketahui
presentation-garbled = nomor tidak terbaca
presentation-payphone = telepon umum
presentation-unavailable = nomor tidak tersedia
presentation-unknown = nomor belum diketahui
presentation-withheld = nomor disembunyikan

## Languages

language-en = Inggris
language-id = Indonesia

## What the box says to callers, and when

prompt-closing = Penutup
prompt-closing-when = Petugas menutup panggilan yang bukan keadaan darurat.
prompt-hold = Ditahan
prompt-hold-when = Penelepon ditahan, atau layar petugasnya hilang.
prompt-queue = Antre
prompt-queue-when = Semua petugas sedang bicara dan penelepon menunggu.
prompt-recorded = Direkam
prompt-recorded-when = Sebelum bicara, bila kantor memberi tahu bahwa panggilan direkam.
prompt-restricted = Dibatasi
prompt-restricted-when = Nomor yang dibatasi menelepon saat semua petugas sibuk. Jangan lebih dari 9 detik.
prompt-silent = Protokol Senyap
prompt-silent-when = Ada orang di telepon, tetapi tidak bicara.
prompt-transfer = Dialihkan
prompt-transfer-when = Panggilan dialihkan ke petugas lain.

## The journal: one sentence for each fact

fact-abandoned = Panggilan { $call } terputus sebelum dijawab
fact-answered = { $by } bicara di panggilan { $call }
fact-changed = { $user }: { $state }
fact-claimed = { $by } mengambil panggilan { $call }
fact-claimed_box = { $by } menjadi admin pertama server ini
fact-classified = { $by }: panggilan { $call } = { $class }
fact-clock = Jam server melompat { $seconds } detik
fact-clock_trust = Jam server sekarang: { $trust }
fact-dialled = { $by } memanggil { $who } lewat { $line } (panggilan { $call })
fact-dtmf_in = Penelepon { $call } menekan { $digits }
fact-dtmf_out = Tombol { $digits } dikirim ke panggilan { $call }
fact-ended_caller = Panggilan { $call } ditutup penelepon, bicara { $time }
fact-ended_line = Panggilan { $call } putus karena jalur mati
fact-ended_operator = Panggilan { $call } ditutup petugas, bicara { $time }
fact-ended_restart = Panggilan { $call } tidak ada lagi setelah sistem menyala
fact-found = Panggilan { $call } masih ada di jalurnya
fact-held = { $by } menahan panggilan { $call }
fact-identified = Panggilan { $call } ternyata dari { $who }
fact-invited = { $by } mengajak { $to } ke panggilan { $call }
fact-joined = { $user } di meja: { $state }
fact-joined_join = { $by } ikut bicara di panggilan { $call }
fact-joined_listen = { $by } mendengarkan panggilan { $call }
fact-joined_whisper = { $by } membisiki petugas di panggilan { $call }
fact-left = { $user } meninggalkan meja
fact-asked_help = { $user } minta bantuan supervisor
fact-asked_help_call = { $user } minta bantuan supervisor di panggilan { $call }
fact-helped = { $by } membantu { $user }
fact-line_down = Jalur { $line } mati: { $why }
fact-line_restarted = { $by } memulai ulang jalur { $line }
fact-line_up = Jalur { $line } siap
fact-lost = Layar { $user } hilang, meja dianggap kosong
fact-noted = Catatan { $by } pada { $call }: { $text }
fact-offered = Panggilan { $call } masuk di { $line } dari { $who }
fact-parted = { $by } keluar dari panggilan { $call }
fact-password_changed = { $by } mengganti sandi { $who }
fact-prompt_restored = { $by } memulihkan suara bawaan { $who }
fact-prompt_set = { $by } memasang rekaman kantor untuk suara { $who }
fact-queued = Panggilan { $call } antre, belum ada petugas bebas
fact-recording_closed = Rekaman panggilan { $call } tersimpan ({ $time })
fact-recording_deleted = Rekaman panggilan { $call } dihapus oleh { $by }: { $why }
fact-recording_missed = Panggilan { $call } tidak terekam sama sekali ({ $time })
fact-recording_played = { $by } memutar rekaman panggilan { $call }
fact-resumed = { $by } melanjutkan panggilan { $call }
fact-rolled_back = Ada catatan yang hilang: pernah tersimpan sampai nomor { $known }, yang ada di disk hanya sampai { $last }. Periksa disk. [STORE-007]
fact-set_aside = Berkas data rusak disisihkan sebagai { $file }; catatan yang hanya ada di situ tidak tampak. Jangan hapus berkas itu. [STORE-016]
fact-sms_delayed = SMS { $sms } ditunda dan dicoba lagi: { $reason }
fact-sms_delivered = SMS { $sms } sampai
fact-sms_failed = SMS { $sms } gagal: { $reason }
fact-sms_queued = { $by } mengirim SMS ke { $to }
fact-sms_received = SMS dari { $from }: { $text }
fact-sms_sent = SMS { $sms } diterima jaringan
fact-sms_undelivered = SMS { $sms } tidak sampai
fact-sound_trouble = Panggilan { $call }: { $why }
fact-sound_well = Panggilan { $call }: suara sudah baik
fact-started = Sistem menyala (versi { $version })
fact-started_unclean = Sistem menyala lagi setelah berhenti mendadak (versi { $version })
fact-stopped = Sistem dimatikan dengan baik
fact-tapped = Panggilan { $call }: penelepon mengetuk
fact-token_added = { $by } membuat token { $who }
fact-token_revoked = { $by } mencabut token { $who }
fact-transferred = Panggilan { $call } dialihkan ke { $by }
fact-unclaimed = Panggilan { $call } dilepas oleh { $by }, berdering lagi
fact-taken_over = Panggilan { $call } diambil alih dari { $by }
fact-escalated = Panggilan { $call } belum ada yang mengambil; supervisor dipanggil
fact-unclassified = { $by } membatalkan klasifikasi panggilan { $call }
fact-user_added = { $by } menambah pengguna { $who }
fact-user_changed = { $by } mengubah pengguna { $who }
fact-user_disabled = { $by } menutup akun { $who }
fact-user_enabled = { $by } membuka akun { $who }

## The journal: how far the server’s clock is trusted

clocktrust-network = dipastikan jaringan telepon
clocktrust-synchronised = sinkron dengan internet
clocktrust-unconfirmed = belum dipastikan
clocktrust-wrong = salah

## The journal: why a recording was deleted

deleted-room = ruang disk dibutuhkan

## Refusals: what happened, and (-cure) what to do now

problem-back = Kembali ke papan
problem-bad_cursor = Penanda halaman tidak dikenal.
problem-bad_cursor-cure = Mulai lagi dari halaman pertama.
problem-bad_field = Isian “{ $field }” tidak benar.
problem-bad_field-cure = Perbaiki isian itu, lalu kirim lagi.
problem-bad_json = Kiriman tidak dapat dibaca.
problem-bad_json-cure = Kirim satu objek JSON yang benar.
problem-bad_name = Nama pengguna harus 2–{ $limit } huruf kecil, angka, titik, atau tanda hubung.
problem-bad_name-cure = Contoh: rina.w
problem-bad_time = “{ $field }” bukan waktu.
problem-bad_time-cure = Tulis seperti 2026-11-21 atau 2026-11-21T08:00:00+08:00.
problem-body_slow = Kiriman tidak selesai dalam 10 detik.
problem-body_slow-cure = Periksa jaringan, lalu ulangi.
problem-body_too_large = Kiriman lebih dari { $limit } byte.
problem-body_too_large-cure = Perkecil kiriman.
problem-busy = Server belum sempat menjawab.
problem-busy-cure = Tunggu beberapa detik, lalu ulangi.
problem-cross_site = Permintaan datang dari situs lain, jadi ditolak.
problem-cross_site-cure = Buka papan langsung dari alamatnya.
problem-csrf = Tanda pengaman halaman tidak cocok.
problem-csrf-cure = Muat ulang halaman, lalu ulangi.
problem-fault = Ada gangguan di server.
problem-fault-cure = Coba lagi; bila berulang, laporkan kode ini.
problem-headers_too_large = Kepala permintaan lebih dari { $limit } byte.
problem-headers_too_large-cure = Hapus cookie situs ini, lalu ulangi.
problem-local_only = Ini hanya untuk komputer server atau program dengan token.
problem-local_only-cure = Pakai token, atau jalankan di server.
problem-login_needed = Anda belum masuk.
problem-login_needed-cure = Masuk dulu.
problem-method_not_allowed = Metode HTTP ini tidak berlaku di sini.
problem-method_not_allowed-cure = Yang berlaku: { $allowed }.
problem-missing_field = Isian “{ $field }” tidak ada.
problem-missing_field-cure = Tambahkan isian itu.
problem-no_recording = Tidak ada rekaman untuk panggilan ini.
problem-no_recording-cure = Panggilan yang tidak terjawab tidak direkam; rekaman lama mungkin sudah dihapus (lihat jurnal).
problem-no_sound_path = Jalur { $line } tidak membawa suara ke komputer.
problem-no_sound_path-cure = Pakai gagang telepon di modem, atau isi audio di konfigurasi jalur.
problem-no_such_session = Sesi itu tidak ada.
problem-no_such_session-cure = Muat ulang daftar sesi.
problem-not_a_websocket = Alamat ini hanya untuk WebSocket.
problem-not_a_websocket-cure = Buka lewat papan, atau pakai klien WebSocket.
problem-not_found = Alamat ini tidak ada.
problem-not_found-cure = Periksa alamatnya, atau kembali ke papan.
problem-not_wav = Ini bukan berkas WAV.
problem-not_wav-cure = Simpan rekaman sebagai WAV, lalu unggah lagi.
problem-password_differs = Kedua sandi tidak sama.
problem-password_differs-cure = Ketik sandi yang sama dua kali.
problem-password_easy = Sandi ini mudah ditebak.
problem-password_easy-cure = Pakai tiga kata yang tidak berhubungan.
problem-password_long = Sandi lebih dari { $limit } karakter.
problem-password_long-cure = Pendekkan sandi.
problem-password_short = Sandi kurang dari { $limit } karakter.
problem-password_short-cure = Pakai tiga kata yang tidak berhubungan.
problem-practice_lines_busy = Semua jalur latihan sedang terpakai.
problem-practice_lines_busy-cure = Selesaikan satu panggilan latihan, lalu ulangi.
problem-practice_off = Latihan tidak sedang berjalan.
problem-practice_off-cure = Buka latihan dulu.
problem-range_beyond = Bagian yang diminta ada di luar rekaman.
problem-range_beyond-cure = Rekaman ini panjangnya { $length } byte.
problem-session_over = Sesi Anda sudah berakhir.
problem-session_over-cure = Masuk lagi.
problem-setup_code_over = Kode awal sudah tidak berlaku.
problem-setup_code_over-cure = Cetak kode baru di server: siaga112 setup-code
problem-setup_code_wrong = Kode awal salah; sisa { $left } percobaan.
problem-setup_code_wrong-cure = Baca kode di layar server dan ketik lagi.
problem-setup_done = Server ini sudah punya admin.
problem-setup_done-cure = Masuk dengan akun admin.
problem-sound_long = Rekaman ini { $lasts_s } detik, paling lama { $limit_s } detik.
problem-sound_long-cure = Pendekkan: penelepon darurat tidak dapat menunggu.
problem-sound_loud = Rekaman ini terlalu keras ({ $level_db } dB), sehingga pecah di telepon.
problem-sound_loud-cure = Kecilkan { $by_db } dB, atau rekam lagi lebih jauh dari mikrofon.
problem-sound_quiet = Rekaman ini terlalu pelan ({ $level_db } dB).
problem-sound_quiet-cure = Keraskan { $by_db } dB, atau rekam lagi lebih dekat ke mikrofon.
problem-sound_short = Rekaman ini kurang dari setengah detik.
problem-sound_short-cure = Rekam seluruh kalimatnya, lalu unggah lagi.
problem-sound_silent = Tidak terdengar apa-apa di rekaman ini.
problem-sound_silent-cure = Periksa mikrofon, lalu rekam lagi.
problem-sound_stuck = Suara jalur tidak menjawab.
problem-sound_stuck-cure = Coba lagi; bila berulang, beri tahu admin.
problem-token_unknown = Token tidak dikenal atau sudah dicabut.
problem-token_unknown-cure = Minta token baru kepada admin.
problem-too_many_listeners = Sudah ada { $limit } layar yang tersambung.
problem-too_many_listeners-cure = Tutup layar yang tidak dipakai.
problem-too_many_tries = Terlalu banyak percobaan dari komputer ini.
problem-too_many_tries-cure = Tunggu { $minutes } menit, atau minta admin mengganti sandi dari server.
problem-unconfirmed = Perintah diterima, tetapi disk belum memastikannya: BELUM TERSIMPAN.
problem-unconfirmed-cure = Lihat di papan apakah sudah terjadi. Catat di kertas dan panggil admin.
problem-unknown_field = Isian “{ $field }” tidak dikenal.
problem-unknown_field-cure = Yang dikenal: { $known }.
problem-unknown_parameter = Parameter “{ $field }” tidak dikenal.
problem-unknown_parameter-cure = Periksa ejaannya di openapi.json.
problem-uri_too_long = Alamat lebih dari { $limit } byte.
problem-uri_too_long-cure = Pendekkan alamatnya.
problem-wav_coding = Jenis WAV ini tidak dapat dibaca.
problem-wav_coding-cure = Simpan sebagai WAV PCM 16 bit, lalu unggah lagi.
problem-wav_empty = Tidak ada suara di dalam berkas ini.
problem-wav_empty-cure = Rekam lagi, lalu unggah.
problem-wav_shape = WAV ini lebih dari dua kanal, atau tidak antara 8 dan 48 kHz.
problem-wav_shape-cure = Simpan sebagai mono atau stereo 48 kHz, lalu unggah lagi.
problem-wrong_login = Nama atau sandi salah.
problem-wrong_login-cure = Periksa huruf besar-kecil, lalu coba lagi.
problem-wrong_old_password = Sandi lama salah.
problem-wrong_old_password-cure = Ketik sandi yang sekarang dipakai.
problem-wrong_type = Jenis kiriman tidak dikenal.
problem-wrong_type-cure = Kirim sebagai { $wanted }.

## Why the sound of a call was closed

audio-elsewhere = Suara panggilan ini dibuka di jendela lain.
audio-junk = Data yang dikirim bukan suara. Muat ulang halaman.
audio-not_yours = Panggilan ini sekarang dipegang orang lain.
audio-over = Panggilan selesai.
audio-session_over = Sesi Anda sudah berakhir. Masuk lagi.
audio-stopping = Server sedang dimulai ulang; suara otomatis tersambung lagi.
audio-too_much = Suara dikirim terlalu cepat. Muat ulang halaman.

## The frame: strip, bars, band, rail, keys

seat-group = Status petugas
seat-leave = Tinggalkan meja
seat-on_call = bicara · { $call }
seat-help = minta bantuan
menu-sound = Suara di komputer ini
menu-theme = Terang atau gelap
menu-language = English
menu-me = Tombol, PIN, dan sandi
menu-switch = Ganti petugas
menu-logout = Keluar
table-actions = Tindakan
lines-label = Jalur
lines-signal = sinyal { $n }/31
bar-lost = TERPUTUS DARI SERVER
bar-lost_cure = Pakai telepon fisik dan formulir kertas. Yang sudah diketik tetap ada.
bar-locked = Sesi berakhir. Bel tetap berbunyi, data ditutup.
bar-locked_alone = Penelepon Anda mendengar pesan tunggu: masuk lagi untuk bicara.
bar-unsaved = BELUM TERSIMPAN
bar-unsaved_cure = Telepon tetap berjalan; disk server menolak. Panggil admin, jangan matikan server.
bar-unrecorded = TIDAK DIREKAM
bar-clock_wrong = Jam server salah.
bar-clock_wrong_cure = Waktu yang tercatat ditandai “?”. Minta admin membetulkannya.
bar-mute = Bel dan suara belum menyala.
bar-mute_cure = Klik di sini untuk menyalakan
bar-noscript = JavaScript dimatikan di browser ini, sehingga panggilan tidak tampil. Nyalakan dulu.
bar-help = { $name } minta bantuan.
bar-help_call = { $name } minta bantuan di panggilan { $call }.
bar-help_own = Supervisor sudah dipanggil untuk membantu Anda.
bar-escalated = Belum ada yang menjawab { $who }: sudah { $time }.
bar-help_coming = Datang membantu
bar-help_enough = Tidak perlu lagi
help-asked = Supervisor dipanggil
band-label = Panggilan sekarang
band-quiet = Tidak ada panggilan.
band-last = Terakhir { $time } · { $what } · { $line }
figure-offered = masuk
figure-incident = kejadian
figure-information = informasi
figure-prank = prank
figure-ghost = ghost
figure-abandoned = terputus
figure-unclassified = belum kelas
nav-label = Ruang
nav-board = Papan
nav-calls = Panggilan
nav-callbacks = Telepon balik
nav-numbers = Nomor
nav-handover = Serah terima
nav-watch = Pantau
nav-journal = Jurnal
nav-settings = Pengaturan
nav-help = Bantuan
keys-label = Tombol yang berlaku sekarang
key-answer = Jawab
key-answer_chosen = Jawab yang dipilih
key-hangup = Tutup telepon
key-report = Simpan & teruskan
key-information = Informasi
key-ghost = Ghost, tanpa suara
key-prank = Prank, lalu alasan 1–6
key-harassment = Pelecehan petugas
key-other_class = Kelas lain
key-location = Ke kolom lokasi
key-save_draft = Simpan draf
key-search = Cari
key-command = Perintah
key-callback = Telepon balik
key-replay = Ulang 60 detik
key-bell_quiet = Diamkan bel 10 detik
key-help_supervisor = Minta bantuan
key-undo = Batalkan klasifikasi
key-microphone = Bisukan mikrofon
key-hold = Tahan penelepon
key-invite = Ajak rekan
key-help = Bantuan
keys-group-call = Telepon
keys-group-class = Klasifikasi
keys-group-form = Laporan
keys-group-help = Bantuan
command-title = Perintah
command-hint = Ketik perintah, nomor, atau #panggilan. /k = jenis kejadian
command-place = buka
command-search = Cari “{ $text }” di panggilan
command-category = Jenis kejadian: { $category }
js-more_ringing = +{ $n } berdering
js-of = dengan { $by }
js-takeover = Ambil alih
js-dialling = Menelepon { $number }
js-still_talking = Anda masih bicara. Tutup atau alihkan panggilan dulu.
js-quiet = Bel diam 10 detik
js-sure = Klik lagi untuk yakin
js-link_up = Tersambung
js-link_typing = Tersambung · menyimpan
js-link_down = Terputus
js-callback_closed = Telepon balik selesai
js-line_restarting = Jalur { $line } dimulai ulang
js-line_restart_waits = Jalur { $line } dimulai ulang begitu panggilannya selesai.

## Papan: the board and the room of a call

tasks-title = Tugas
tasks-empty = Tidak ada yang menunggu.
tasks-more = dan { $n } lagi
task-open = Buka
task-abandoned = Panggilan { $call } terputus, nomor tidak ada
task-unclassified = Panggilan { $call } belum diklasifikasi
reports-title = Laporan terbaru
reports-empty = Belum ada laporan.
seats-title = Petugas
seats-empty = Belum ada petugas di meja.
journal-title = Jurnal hari ini
journal-empty = Belum ada catatan hari ini.
journal-doubtful = Jam server waktu itu diragukan
board-takeover = Ambil alih
report-title = Laporan panggilan { $call }
report-typing = Mengetik…
report-saving = Menyimpan…
report-saved = ✓ Tersimpan { $time }
report-unsaved = BELUM TERSIMPAN di server, aman di komputer ini
report-beside = { $field } (diketik di komputer lain): { $text }
report-rescued = Catatan panggilan { $call } yang tertinggal di komputer ini sudah sampai di server.
report-stranded = Catatan panggilan { $call } masih tertinggal di komputer ini dan belum diterima server: { $why } Beri tahu supervisor.
report-lacks = Lokasi dan jenis belum diisi. Tekan { $key } sekali lagi untuk menyimpan tanpa itu.
report-no_such_category = Jenis tidak dikenal: dicatat sebagai Lainnya.
report-life_threat = Mengancam jiwa
field-location = Lokasi kejadian
field-category = Jenis kejadian
field-district = Kecamatan
field-village = Desa / kelurahan
field-landmark = Patokan
field-landmark_hint = masjid, sekolah, km jalan
field-life_threat = Mengancam jiwa?
field-life_threat-yes = Ya
field-life_threat-no = Tidak
field-life_threat-unknown = Tidak tahu
field-victims = Korban
field-victims-dead = meninggal
field-victims-severe = luka berat
field-victims-light = luka ringan
field-victims-trapped = terjebak
field-note = Uraian
field-reporter = Nama pelapor
field-reporter_number = Nomor yang bisa dihubungi
field-hazards = Bahaya bagi petugas
field-hazards_hint = listrik, gas, senjata
field-access = Akses jalan
field-access_hint = gang, hanya motor, jembatan putus, perahu
class-file = Simpan & teruskan
class-other = Lainnya
class-none = belum diklasifikasi
reason-playing = Main-main
reason-child = Anak kecil
reason-music = Musik
reason-teasing = Menggoda
reason-abuse = Makian
reason-repeated = Berulang-ulang
reason-test = Uji coba
reason-wrong_number = Salah sambung
reason-out_of_area = Luar wilayah
reason-harassment = Pelecehan
reason-false_report = Laporan palsu
wrap-left = Pilih kelas: { $time }
wrap-late = Belum dikelaskan, sudah { $time } lewat
recording-title = Rekaman
script-title = Naskah
wording-opening = {"{centre}"}, ada kejadian darurat apa dan di mana lokasinya?
script-question-1 = Di mana tepatnya? Apa patokannya?
script-question-2 = Apa yang terjadi?
script-question-3 = Ada korban? Sadar, bernapas?
script-question-4 = Apakah Anda aman?
script-question-5 = Nama dan nomor yang bisa dihubungi?
script-question-6 = Jangan tutup telepon dulu.
history-title = Riwayat nomor
history-not_people = nomor, bukan orang
history-not_people_long = Nomor, bukan orang: satu telepon dipakai sekeluarga, dan pemiliknya bisa berganti.
history-none = Belum pernah menelepon.
history-unknown = Nomor tidak diketahui, jadi tidak ada riwayat.
history-all = Semua panggilan nomor ini
chip-new = Baru pertama kali
chip-today = { $n }× hari ini: { $words }
chip-reporter = Pelapor kejadian, panggilan { $call }
chip-before = { $when }: { $what }
month-01 = Jan
month-02 = Feb
month-03 = Mar
month-04 = Apr
month-05 = Mei
month-06 = Jun
month-07 = Jul
month-08 = Agu
month-09 = Sep
month-10 = Okt
month-11 = Nov
month-12 = Des

## Panggilan, Nomor: lists and one call

calls-about = Cari dengan nomor (boleh empat angka terakhir), kata di catatan, atau #panggilan.
calls-q = Cari panggilan
calls-q_hint = 0812…, 4471, masjid, #231
calls-class = Kelas
calls-every_class = Semua kelas
calls-line = Jalur
calls-every_line = Semua jalur
calls-from = Dari
calls-to = Sampai
calls-col_time = Waktu
calls-col_number = Nomor
calls-col_what = Kelas
calls-col_lasted = Bicara
calls-col_line = Jalur
calls-col_operator = Petugas
calls-col_note = Catatan
calls-none = Tidak ada panggilan yang cocok.
calls-older = Lebih lama
call-title = Panggilan { $call }
call-offered = Masuk
call-answered = Dijawab
call-ended = Selesai
call-ring = Lama berdering
call-talk = Lama bicara
call-operator = Petugas
call-classified = Diklasifikasi
call-reason = Alasan
call-dtmf = Tombol yang ditekan
call-taps = Ketukan
call-raw = Nomor apa adanya
call-name = Nama dari jaringan
call-classify = Ubah kelas
call-timeline = Urutan kejadian
notes-title = Catatan
notes-none = Belum ada catatan.
notes-add = Tambah catatan
notes-save = Simpan catatan
numbers-title = Riwayat nomor
numbers-about = Awal atau akhir nomor, dalam ejaan apa pun.
numbers-q = Cari nomor
numbers-q_hint = 0812… atau 4471
numbers-col_calls = Panggilan
numbers-col_classes = Kelas
numbers-col_last = Terakhir
numbers-none = Nomor itu belum pernah menelepon.
numbers-type = Ketik paling sedikit tiga angka.
number-dial = Telepon nomor ini
number-counts = Jumlah
number-calls_in = masuk
number-calls_out = keluar
number-abandoned = terputus
number-unclassified = belum kelas
number-first = Pertama kali
number-last = Terakhir

## Telepon balik

callbacks-about = Penelepon yang terputus sebelum dijawab. Nomor yang disembunyikan tidak ditelepon balik.
callbacks-since = sejak { $time }
callbacks-dial = Telepon
callbacks-result = Hasil:
callbacks-none = Semua sudah ditelepon balik.

## Serah terima

handover-title = Serah terima
handover-about = Yang masih terbuka diterima satu per satu dengan nama.
handover-print = Cetak laporan piket
handover-so_far = Piket ini sejak { $since }
handover-first = Piket ini, sejak awal
handover-last = Diserahkan { $by }, { $time }
handover-accept = Terima
handover-nothing_open = Tidak ada yang terbuka.
handover-mine = Serahkan piket ini
handover-mine_about = Jumlah dan daftar terbuka ikut tercatat sendiri.
handover-note = Pesan untuk piket berikutnya
handover-note_hint = Yang perlu diketahui, jalur bermasalah, janji kepada pelapor
handover-mood = Bagaimana piket ini bagi Anda?
handover-mood_about = 1 berat, 5 ringan. Hanya untuk supervisor.
handover-send = Serahkan

## Pantau, Jurnal, Layar dinding

watch-title = Pantau
watch-about = Yang sedang berjalan, dan yang perlu Anda lihat.
watch-wall = Layar dinding
watch-live = Sedang berjalan
watch-no_call = Tidak ada panggilan berjalan.
watch-review = Tinjau
watch-review_empty = Tidak ada yang perlu ditinjau.
watch-service = Kecepatan menjawab hari ini
watch-service_about = Sasaran: 90 % dalam 15 detik, 95 % dalam 20 detik. Putus sebelum 5 detik dihitung terpisah.
review-unclassified = Belum diklasifikasi · { $who } · { $by }
review-harassment = Pelecehan petugas · { $by }
service-15 = dijawab ≤ 15 detik
service-20 = dijawab ≤ 20 detik
service-median = median
service-p90 = p90
service-quick = putus < 5 detik
journal-page = Jurnal
journal-about = Semua catatan berurutan. Tiap entri terkunci pada entri sebelumnya lewat sidik SHA-256.
journal-before = Sampai nomor
journal-kind = Jenis
journal-every_kind = Semua jenis
journal-show = Tampilkan
journal-col_seq = Nomor
journal-col_what = Catatan
journal-col_hash = Sidik
journal-none = Tidak ada entri di bagian ini.
kind-call = Panggilan
kind-callback = Telepon balik
kind-recording = Rekaman
kind-sms = SMS
kind-operator = Petugas
kind-shift = Piket
kind-line = Jalur
kind-office = Kantor
kind-system = Sistem
wall-title = Layar dinding
wall-ringing = { $n } panggilan berdering
wall-talking = { $n } panggilan berjalan
wall-ready = siap
wall-busy = bicara
wall-paused = istirahat
wall-callbacks = menunggu telepon balik

## Pengaturan

settings-wording = Kata-kata
settings-sounds = Suara sistem
settings-lines = Jalur
settings-users = Pengguna
settings-devices = Perangkat
users-name = Nama
users-login = Nama pengguna
users-role = Peran
users-state = Keadaan
users-enabled = aktif
users-disabled = ditutup
users-change = Ubah
users-new_password = Sandi baru
users-unchanged = tidak diganti
users-disable = Tutup akun ini
users-save = Simpan
users-add = Tambah pengguna
users-first_password = Sandi pertama
lines-about = Port, profil, dan suara jalur diatur di berkas siaga112.toml di server.
lines-restart = Mulai ulang jalur
line-modem = Modem
line-profile = Profil
line-network = Jaringan
line-signal = Sinyal
line-cures = Dipulihkan
line-timeouts = Tidak menjawab
line-noise = Baris tak dikenal
line-holder = Dipakai
devices-about = Komputer yang sedang masuk. Mengakhiri sesi tidak memutus telepon yang sedang berjalan.
devices-who = Pengguna
devices-from = Alamat
devices-agent = Browser
devices-opened = Masuk
devices-used = Terakhir dipakai
devices-this = komputer ini
devices-end = Akhiri
words-about = Kalimat yang dibacakan petugas. Setiap perubahan tercatat di jurnal.
words-save = Simpan
words-restore = Pulihkan bawaan
words-by = { $user }, { $at }

## Saya, Ganti petugas

me-title = Pilihan { $name }
me-keys = Tombol
me-keys_about = Tombol ini milik Anda, di komputer mana pun.
me-keys_how = Klik sebuah kolom lalu tekan tombolnya. Hapus = kembali ke bawaan.
me-keys_save = Simpan tombol
me-keys_default = Semua ke bawaan
me-password = Sandi
me-password_now = Sandi sekarang
me-password_new = Sandi baru
me-password_save = Ganti sandi

## Bantuan, tur, Latihan

help-title = Bantuan
help-about = Yang paling sering ditanyakan, dan semua tombol Anda.
help-tour = Tur dua menit
help-change_keys = Ubah tombol
help-ring-title = Telepon berdering
help-ring = Tekan Jawab. Bila dua orang menekan bersamaan, yang lebih dulu mendapatkannya dan yang lain diberi tahu. Panggilan yang tidak dijawab 20 detik memanggil supervisor.
help-silent-title = Penelepon diam
help-silent = Jangan tutup dulu. Minta menekan angka 5 dua kali, mengetuk, atau batuk. Ketukan tampil di pita panggilan. Diam saja bukan prank.
help-prank-title = Prank
help-prank = Bacakan kalimat pengingat, tutup, lalu pilih alasan. Jangan mengancam. Anak kecil dicatat tersendiri dan tidak pernah dibatasi.
help-lost-title = Layar bilang terputus
help-lost = Telepon yang sedang berjalan tidak putus. Pakai telepon fisik dan kertas; yang Anda ketik disimpan di komputer ini dan dikirim begitu tersambung lagi.
help-sound-title = Suara bermasalah
help-sound = Pita panggilan menulis sebabnya dan yang harus dilakukan. Mikrofon, headset, dan bel dipilih di menu nama Anda.
help-undo-title = Salah pilih kelas
help-undo = Batalkan dalam sepuluh menit. Sesudah itu buka panggilannya dan pilih kelas baru.
help-shift-title = Ganti piket
help-shift = Tulis pesan di Serah terima. Piket berikutnya menerima tiap hal yang terbuka dengan namanya.
tour-at = { $n } dari { $of }
tour-next = Lanjut
tour-back = Kembali
tour-end = Selesai
bar-tour = Baru di sini?
bar-tour_about = Tur dua menit menunjukkan semua yang perlu, dan berhenti sendiri bila ada telepon.
bar-tour_later = Nanti saja
tour-welcome-title = Selamat bertugas
tour-welcome = Semua bisa dengan papan tik. Panah kanan untuk lanjut, Esc untuk selesai.
tour-band-title = Pita panggilan
tour-band = Di sini telepon berdering: nomor besar, jalur, lamanya, dan riwayatnya. Tempatnya tidak pernah berpindah.
tour-seat-title = Siap
tour-seat = Tekan Siap supaya panggilan ditujukan kepada Anda. Istirahat bila perlu jeda.
tour-lines-title = Jalur
tour-lines = Tiap lampu satu jalur telepon. Bentuk dan katanya ikut berubah, bukan hanya warnanya.
tour-tasks-title = Tugas
tour-tasks = Penelepon yang terputus dan panggilan tanpa kelas menunggu di sini.
tour-reports-title = Laporan
tour-reports = Laporan terbaru dari semua petugas.
tour-keys-title = Tombol
tour-keys = Baris ini selalu menyebut tombol yang berlaku sekarang. Anda boleh menggantinya.
tour-rail-title = Ruang
tour-rail = Pindah ruang tidak memutus telepon.
tour-undo-title = Tidak ada yang hilang
tour-undo = Yang diketik tersimpan sendiri. Salah kelas bisa dibatalkan sepuluh menit.
tour-lost-title = Bila merah
tour-lost = TERPUTUS DARI SERVER berarti pakai telepon fisik dan kertas. Halaman ini kembali sendiri.
practice-word = LATIHAN

## Laporan, peran

category-accident = Kecelakaan
category-accident-words = laka, laka lantas, kecelakaan, tabrakan, tabrak lari, kecelakaan lalu lintas, motor jatuh, terjepit
category-ambulance = Ambulans / mobil jenazah
category-ambulance-words = ambulans, mobil jenazah, antar pasien, jemput pasien, rujukan, jenazah
category-body_found = Temuan mayat
category-body_found-words = mayat, temuan mayat, orang meninggal, mayat mengapung, penemuan mayat
category-crime = Kriminal
category-crime-words = kriminal, pencurian, maling, perampokan, rampok, begal, curanmor, jambret, penodongan, penusukan, pembacokan, penculikan
category-dangerous_animal = Hewan berbahaya
category-dangerous_animal-words = ular, tawon, biawak, buaya, lebah, anjing gila, monyet, hewan, evakuasi hewan, anjing rabies
category-domestic_violence = KDRT / kekerasan perempuan dan anak
category-domestic_violence-words = kdrt, kekerasan anak, kekerasan perempuan, dipukul suami, pelecehan seksual, perkosaan, anak dipukul, penelantaran anak, kekerasan dalam rumah tangga
category-drowning = Tenggelam / orang hilang
category-drowning-words = tenggelam, hanyut, orang hilang, hilang, terseret arus, kapal tenggelam, perahu terbalik, tersesat
category-electrical = Listrik / korsleting
category-electrical-words = korsleting, konslet, listrik, kabel, kabel putus, percikan api, tiang listrik, tersengat, kesetrum, pln
category-fallen_tree = Pohon tumbang
category-fallen_tree-words = pohon, pohon tumbang, dahan patah, pohon roboh, ranting
category-fire = Kebakaran
category-fire-words = api, kebakaran, terbakar, asap, kebakar, kebakaran rumah, kebakaran kios, kebakaran kendaraan, tabung gas meledak
category-flood = Banjir
category-flood-words = banjir, banjir rob, rob, air naik, banjir bandang, genangan, air pasang
category-hazmat = Bahan berbahaya / gas
category-hazmat-words = gas, bocor gas, kebocoran gas, b3, bahan kimia, tumpahan, bau menyengat, amonia
category-landslide = Longsor, angin, gempa
category-landslide-words = longsor, tanah longsor, puting beliung, angin kencang, angin puting beliung, gempa, tsunami, tanah gerak, atap terbang
category-medical = Darurat medis
category-medical-words = medis, sakit, pingsan, sesak napas, tidak sadar, serangan jantung, stroke, melahirkan, kejang, keracunan, perdarahan
category-mental_crisis = ODGJ
category-mental_crisis-words = odgj, orang gila, gangguan jiwa, mengamuk, ngamuk
category-other = Lainnya
category-other-words = lain, lainnya, lain-lain
category-public_order = Ketertiban umum
category-public_order-words = gangguan, ketertiban, berisik, mabuk, miras, kamtibmas, orang mabuk, musik keras, judi, pengamen
category-riot = Kerusuhan / tawuran
category-riot-words = tawuran, kerusuhan, rusuh, bentrok, demo rusuh, keributan massal, perkelahian
category-street_race = Balap liar
category-street_race-words = balap liar, balapan, trek-trekan, knalpot brong
category-suicide = Percobaan bunuh diri
category-suicide-words = bunuh diri, percobaan bunuh diri, mau lompat, gantung diri, minum racun
category-technical_help = Bantuan teknis
category-technical_help-words = terkunci, cincin, cincin macet, kucing, terperosok, masuk sumur, lift macet, kunci tertinggal
category-traffic_lamp = Lalu lintas / lampu jalan
category-traffic_lamp-words = lampu merah, pju, lampu jalan, apill, macet, rambu, lampu lalu lintas, jalan gelap
category-utilities = PDAM, jalan rusak, sampah
category-utilities-words = pdam, air mati, pipa bocor, jalan rusak, jalan berlubang, sampah, drainase, got mampet, jembatan rusak
category-wildfire = Kebakaran hutan dan lahan
category-wildfire-words = karhutla, kebakaran hutan, kebakaran lahan, kebun terbakar, lahan terbakar, hutan terbakar
fact-reported = Laporan panggilan { $call } disimpan { $by }: { $what }
role-dispatcher = Penerus (L2)

## Papan: the board and the room of a call

report-protected = Dirahasiakan: buka hanya bila perlu.

## Telepon balik, serah terima

callback-dead_number = nomor mati
callback-do_not_call = jangan ditelepon
callback-merged = menelepon lagi dan diterima
callback-no_answer = tidak dijawab
callback-reached_incident = tersambung, ada kejadian
callback-reached_other = tersambung, bukan darurat
fact-callback_closed = { $by } menutup telepon balik { $number }: { $result }
fact-callback_merged = Telepon balik { $number } selesai: nomor itu menelepon lagi dan diterima
fact-handed_over = { $by } menyerahkan piket ({ $open } hal terbuka): { $note }
fact-shift_accepted = { $by } menerima { $item }
fact-shift_unaccepted = Serah terima { $handover } belum diterima siapa pun: supervisor dipanggil
item-call = panggilan { $id } yang belum diklasifikasi
item-callback = telepon balik { $id }
item-line = jalur { $id } yang mati
item-sms = SMS { $id } yang belum terkirim
item-talked = bicara dengan { $who }
item-wrote = ditulis { $who }

## Telepon balik

callback-rang = Terputus { $n }×
callback-untried = belum ditelepon balik
callback-tried = { $n }× ditelepon, belum tersambung
figure-answered = dijawab
figure-dialled = keluar
handover-report = Laporan piket
handover-report_by = Diserahkan oleh
handover-report_at = Waktu
handover-report_since = Sejak
handover-open = Yang masih terbuka
handover-none = Belum pernah ada serah terima.

## Pencarian

problem-nothing_to_find = Tidak ada yang bisa dicari dari isian itu.
problem-nothing_to_find-cure = Ketik paling sedikit dua huruf, tiga angka nomor, atau # dan nomor panggilan.
problem-query_long = Isian pencarian terlalu panjang.
problem-query_long-cure = Ketik beberapa kata saja.

## Kata-kata, tombol

fact-keys_set = { $by } mengatur tombolnya sendiri
fact-wording_restored = { $by } memulihkan kalimat bawaan petugas: { $who }
fact-wording_set = { $by } mengganti kalimat petugas: { $who }
problem-key_kept = { $chord } dipakai browser, komputer, atau untuk mengetik.
problem-key_kept-cure = Pilih tombol F lain, atau Alt dengan satu huruf.
problem-key_taken = Tombol untuk “{ $field }” sama dengan tombol untuk “{ $other }”.
problem-key_taken-cure = Ganti salah satunya.
problem-key_unknown = “{ $chord }” bukan nama tombol.
problem-key_unknown-cure = Tulis seperti F2, Shift+F9, Ctrl+B, atau Escape Escape.
wording-child = Adik, tolong panggil ayah, ibu, atau guru.
wording-child-title = Kepada anak yang bermain
wording-closing = Laporan Anda sudah kami teruskan. Tetap di tempat yang aman dan biarkan telepon menyala. Bila keadaan berubah, telepon 112 lagi.
wording-closing-title = Penutup
wording-location = Di mana tepatnya? Desa atau kelurahan apa, dan patokannya apa?
wording-location-title = Tanya lokasi
wording-opening-title = Pembukaan
wording-prank = Anda tersambung ke layanan darurat 112. Panggilan ini tercatat. Tolong tinggalkan saluran untuk warga yang membutuhkan. Terima kasih.
wording-prank-title = Kepada penelepon iseng
wording-referrals = Polisi 110; ambulans 119; Basarnas 115; perempuan dan anak (SAPA) 129; PLN 123; pengaduan layanan: lapor.go.id
wording-referrals-title = Nomor rujukan
wording-restricted_real = Maaf, nomor Anda sempat kami batasi. Sekarang kami dengarkan: apa yang terjadi, dan di mana?
wording-restricted_real-title = Maaf kepada nomor yang dibatasi
wording-silent = Jika Anda tidak bisa bicara, tekan angka 5 dua kali, ketuk telepon, atau batuk.
wording-silent-title = Kepada penelepon yang diam

## PINs of people who share a computer
fact-pin_removed = { $by } menghapus PIN
fact-pin_set = { $by } memasang PIN
problem-pin_easy = PIN ini mudah ditebak.
problem-pin_easy-cure = Jangan tanggal lahir, angka kembar, atau angka berurutan.
problem-pin_not_for_role = Peran Anda tidak memakai PIN.
problem-pin_not_for_role-cure = Masuk dengan sandi setiap kali.
problem-pin_shape = PIN harus { $limit } angka.
problem-pin_shape-cure = Ketik { $limit } angka, tanpa spasi.
problem-wrong_pin = Nama atau PIN salah.
problem-wrong_pin-cure = Coba lagi. Bila nama Anda tidak ada lagi di daftar, masuk dengan sandi.

## Ganti petugas: several people, one computer

me-pin = PIN
me-pin_about = Untuk berganti petugas dengan cepat di komputer tempat Anda sudah masuk dengan sandi hari ini.
me-pin_admin = Admin selalu masuk dengan sandi.
me-pin_new = PIN baru, 6 angka
me-pin_remove = Hapus PIN
me-pin_save = Simpan PIN
me-saved_keys = Tombol tersimpan.
me-saved_password = Sandi diganti. Sesi Anda di perangkat lain diakhiri.
me-saved_pin = PIN tersimpan. Berlaku di komputer tempat Anda masuk dengan sandi.
me-saved_no_pin = PIN dihapus.
switch-title = Ganti petugas
switch-about = Yang sudah masuk dengan sandi di komputer ini selama piket ini.
switch-pin = PIN { $name }
switch-enter = Masuk
switch-no_pin = Belum punya PIN: masuk dengan sandi.
switch-nobody = Belum ada orang lain di komputer ini.
switch-password = Masuk dengan sandi
switch-back = Kembali ke papan sebagai { $name }

## Latihan: virtual callers beside the real lines
nav-practice = Latihan
tour-practice-title = Latihan
tour-practice = Cobalah dengan penelepon buatan. Panggilan sungguhan tetap berbunyi.
practice-title = Penelepon buatan
practice-about = Tidak masuk hitungan, dan tidak pernah menutupi panggilan sungguhan.
practice-running = Latihan berjalan
practice-off = Belum ada yang berlatih.
practice-free = { $n } jalur latihan bebas
practice-enter = Masuk latihan
js-practice_opening = Menyiapkan…
practice-end = Akhiri latihan
practice-leave = Selesai berlatih
practice-pace = Penelepon sendiri
practice-pace_none = tidak ada
practice-pace_n = { $n } per jam
practice-ring = Buat berdering
practice-answer_real = Jawab yang sungguhan
bar-practice = Semua di layar ini buatan. Panggilan sungguhan tetap berbunyi di sini.
bar-real = PANGGILAN SUNGGUHAN: { $who } di { $line }
