#include "base/crc.h"

/*
 * A CRC is linear: the table entry of a byte is the sum (xor) of the entries of its bits, and the entry of one bit is a power
 * of x mod P. So eight consecutive powers make 256 entries, by doubling, and only the powers have to be written down.
 */
#define SPAN2(sum, b0)                      (sum), (sum) ^ (b0)
#define SPAN4(sum, b0, b1)                  SPAN2(sum, b0), SPAN2((sum) ^ (b1), b0)
#define SPAN8(sum, b0, b1, b2)              SPAN4(sum, b0, b1), SPAN4((sum) ^ (b2), b0, b1)
#define SPAN16(sum, b0, b1, b2, b3)         SPAN8(sum, b0, b1, b2), SPAN8((sum) ^ (b3), b0, b1, b2)
#define SPAN32(sum, b0, b1, b2, b3, b4)     SPAN16(sum, b0, b1, b2, b3), SPAN16((sum) ^ (b4), b0, b1, b2, b3)
#define SPAN64(sum, b0, b1, b2, b3, b4, b5) SPAN32(sum, b0, b1, b2, b3, b4), SPAN32((sum) ^ (b5), b0, b1, b2, b3, b4)
#define SPAN128(sum, b0, b1, b2, b3, b4, b5, b6)                                                                               \
    SPAN64(sum, b0, b1, b2, b3, b4, b5), SPAN64((sum) ^ (b6), b0, b1, b2, b3, b4, b5)
#define SPAN256(sum, b0, b1, b2, b3, b4, b5, b6, b7)                                                                           \
    SPAN128(sum, b0, b1, b2, b3, b4, b5, b6), SPAN128((sum) ^ (b7), b0, b1, b2, b3, b4, b5, b6)

/* Eight powers in rising order. The lowest bit of a byte is its highest power, hence the turn. */
#define SLICE(p0, p1, p2, p3, p4, p5, p6, p7) SPAN256(UINT64_C(0), p7, p6, p5, p4, p3, p2, p1, p0)

/* Slice n holds x^(64 + 8n) to x^(71 + 8n). */
const struct crc_polynomial crc_polynomials[] = {
    [CRC_64_NVME] = {
        .ones = UINT64_MAX,
        .reflected = 0x9A6C9329AC4BC9B5,
        .fold_128 = { 0xEADC41FD2BA3D420, 0x21E9761E252621AC },
        .fold_512 = { 0x0C32CDB31E18A84A, 0x62242240ACE5045A },
        .fold_2048 = { 0x37CCD3E14069CABC, 0xA043808C0F782663 },
        .table = {
            { SLICE(0x9A6C9329AC4BC9B5, 0xD75ADABD7A6E2D6F, 0xF1C1FE77117CDF02, 0x78E0FF3B88BE6F81,
                    0xA61CECB46814FE75, 0xC962E5739841B68F, 0xFEDDE190606B12F2, 0x7F6EF0C830358979) },
            { SLICE(0xA5DBEB4DB4510D09, 0xC881668F76634F31, 0xFE2C206E177A6E2D, 0xE57A831EA7F6FEA3,
                    0xE8D1D2A6FFB0B6E4, 0x7468E9537FD85B72, 0x3A3474A9BFEC2DB9, 0x8776A97D73BDDF69) },
            { SLICE(0xD9D7C79715952601, 0xF68770E226815AB5, 0xE12F2B58BF0B64EF, 0xEAFB0685F3CE7BC2,
                    0x757D8342F9E73DE1, 0xA0D25288D0B85745, 0xCA05BA6DC417E217, 0xFF6E4E1F4E4038BE) },
            { SLICE(0x7FB7270FA7201C5F, 0xA5B700AE7FDBC79A, 0x52DB80573FEDE3CD, 0xB301530233BD3853,
                    0xC3EC3AA8B595559C, 0x61F61D545ACAAACE, 0x30FB0EAA2D655567, 0x8211147CBAF96306) },
            { SLICE(0x41088A3E5D7CB183, 0xBAE8D63682F59174, 0x5D746B1B417AC8BA, 0x2EBA358DA0BD645D,
                    0x8D3189EF7C157B9B, 0xDCF457DE12417478, 0x6E7A2BEF0920BA3C, 0x373D15F784905D1E) },
            { SLICE(0x1B9E8AFBC2482E8F, 0x97A3D6544D6FDEF2, 0x4BD1EB2A26B7EF79, 0xBF8466BCBF103E09,
                    0xC5AEA077F3C3D6B1, 0xF8BBC31255AA22ED, 0xE63172A0869ED8C3, 0xE9742A79EF04A5D4) },
            { SLICE(0x74BA153CF78252EA, 0x3A5D0A9E7BC12975, 0x8742166691AB5D0F, 0xD9CD981AE49E6732,
                    0x6CE6CC0D724F3399, 0xAC1FF52F156C5079, 0xCC6369BE26FDE189, 0xFC5D27F6BF353971) },
            { SLICE(0xE44200D2F3D1550D, 0xE84D9340D5A36333, 0xEE4A5A89C69A782C, 0x77252D44E34D3C16,
                    0x3B9296A271A69E0B, 0x87A5D878949886B0, 0x43D2EC3C4A4C4358, 0x21E9761E252621AC) },
        },
    },
    [CRC_64_XZ] = {
        .ones = UINT64_MAX,
        .reflected = 0xC96C5795D7870F42,
        .fold_128 = { 0xE05DD497CA393AE4, 0xDABE95AFC7875F40 },
        .fold_512 = { 0x6AE3EFBB9DD441F3, 0x081F6054A7842DF4 },
        .fold_2048 = { 0x8260ADF2381AD81C, 0xF31FD9271E228B79 },
        .table = {
            { SLICE(0xC96C5795D7870F42, 0x64B62BCAEBC387A1, 0xFB374270A266CC92, 0x7D9BA13851336649,
                    0xF7A18709FF1EBC66, 0x7BD0C384FF8F5E33, 0xF4843657A840A05B, 0xB32E4CBE03A75F6F) },
            { SLICE(0x90FB71CAD654A0F5, 0x8111EF70BCAD5F38, 0x4088F7B85E56AF9C, 0x20447BDC2F2B57CE,
                    0x10223DEE1795ABE7, 0xC17D4962DC4DDAB1, 0xA9D2F324B9A1E21A, 0x54E979925CD0F10D) },
            { SLICE(0xE318EB5CF9EF77C4, 0x718C75AE7CF7BBE2, 0x38C63AD73E7BDDF1, 0xD50F4AFE48BAE1BA,
                    0x6A87A57F245D70DD, 0xFC2F852A45A9B72C, 0x7E17C29522D4DB96, 0x3F0BE14A916A6DCB) },
            { SLICE(0xD6E9A7309F3239A7, 0xA218840D981E1391, 0x986015931B88068A, 0x4C300AC98DC40345,
                    0xEF7452F111650EE0, 0x77BA297888B28770, 0x3BDD14BC445943B8, 0x1DEE8A5E222CA1DC) },
            { SLICE(0x0EF7452F111650EE, 0x077BA297888B2877, 0xCAD186DE13C29B79, 0xAC0494FADE6642FE,
                    0x56024A7D6F33217F, 0xE26D72AB601E9FFD, 0xB85AEEC0678840BC, 0x5C2D776033C4205E) },
            { SLICE(0x2E16BBB019E2102F, 0xDE670A4DDB760755, 0xA65FD2B33A3C0CE8, 0x532FE9599D1E0674,
                    0x2997F4ACCE8F033A, 0x14CBFA566747819D, 0xC309AABEE424CF8C, 0x6184D55F721267C6) },
            { SLICE(0x30C26AAFB90933E3, 0xD10D62C20B0396B3, 0xA1EAE6F4D206C41B, 0x999924EFBE846D4F,
                    0x85A0C5E208C539E5, 0x8BBC3564D3E593B0, 0x45DE1AB269F2C9D8, 0x22EF0D5934F964EC) },
            { SLICE(0x117786AC9A7CB276, 0x08BBC3564D3E593B, 0xCD31B63EF11823DF, 0xAFF48C8AAF0B1EAD,
                    0x9E9611D080028014, 0x4F4B08E84001400A, 0x27A584742000A005, 0xDABE95AFC7875F40) },
        },
    },
    [CRC_32C] = {
        .ones = UINT32_MAX,
        .reflected = 0x82F63B78,
        .fold_128 = { 0xF20C0DFE, 0x493C7D27 },
        .fold_512 = { 0x740EEF02, 0x9E4ADDF8 },
        .fold_2048 = { 0xDCB17AA4, 0xB9E02B86 },
        .table = {
            { SLICE(0x82F63B78, 0x417B1DBC, 0x20BD8EDE, 0x105EC76F,
                    0x8AD958CF, 0xC79A971F, 0xE13B70F7, 0xF26B8303) },
            { SLICE(0xFBC3FAF9, 0xFF17C604, 0x7F8BE302, 0x3FC5F181,
                    0x9D14C3B8, 0x4E8A61DC, 0x274530EE, 0x13A29877) },
            { SLICE(0x8B277743, 0xC76580D9, 0xE144FB14, 0x70A27D8A,
                    0x38513EC5, 0x9EDEA41A, 0x4F6F520D, 0xA541927E) },
            { SLICE(0x52A0C93F, 0xABA65FE7, 0xD725148B, 0xE964B13D,
                    0xF64463E6, 0x7B2231F3, 0xBF672381, 0xDD45AAB8) },
            { SLICE(0x6EA2D55C, 0x37516AAE, 0x1BA8B557, 0x8F2261D3,
                    0xC5670B91, 0xE045BEB0, 0x7022DF58, 0x38116FAC) },
            { SLICE(0x1C08B7D6, 0x0E045BEB, 0x85F4168D, 0xC00C303E,
                    0x6006181F, 0xB2F53777, 0xDB8CA0C3, 0xEF306B19) },
            { SLICE(0xF56E0EF4, 0x7AB7077A, 0x3D5B83BD, 0x9C5BFAA6,
                    0x4E2DFD53, 0xA5E0C5D1, 0xD0065990, 0x68032CC8) },
            { SLICE(0x34019664, 0x1A00CB32, 0x0D006599, 0x847609B4,
                    0x423B04DA, 0x211D826D, 0x9278FA4E, 0x493C7D27) },
        },
    },
};

/* One load where the processor is little-endian, correct everywhere. */
static uint64_t load_le64(const uint8_t *p)
{
    return (uint64_t)p[0] | (uint64_t)p[1] << 8 | (uint64_t)p[2] << 16 | (uint64_t)p[3] << 24 | (uint64_t)p[4] << 32 |
           (uint64_t)p[5] << 40 | (uint64_t)p[6] << 48 | (uint64_t)p[7] << 56;
}

/* "Slicing by 8" (Kounavis and Berry 2008): eight bytes at once, each looked up with as many zero bytes as follow it. */
uint64_t crc_update_table(const struct crc_polynomial *poly, uint64_t crc, const uint8_t *data, size_t length)
{
    const uint64_t(*t)[256] = poly->table;

    for (; length >= 8; data += 8, length -= 8) {
        crc ^= load_le64(data);
        crc = t[7][crc & 0xFF] ^ t[6][crc >> 8 & 0xFF] ^ t[5][crc >> 16 & 0xFF] ^ t[4][crc >> 24 & 0xFF] ^
              t[3][crc >> 32 & 0xFF] ^ t[2][crc >> 40 & 0xFF] ^ t[1][crc >> 48 & 0xFF] ^ t[0][crc >> 56];
    }
    for (; length > 0; data++, length--)
        crc = crc >> 8 ^ t[0][(crc ^ *data) & 0xFF];
    return crc;
}
